//! The two laws of G.711.

use omni_stream_core::g711::Law;

/// What the standard's tables say of the ends of each segment: (sample, code, what it is read as).
const MU: [(i16, u8, i16); 12] = [
    (0, 0xFF, 0),
    (3, 0xFF, 0),
    (4, 0xFE, 8),
    (123, 0xF0, 120),
    (124, 0xEF, 132),
    (380, 0xDF, 396),
    (892, 0xCF, 924),
    (16_252, 0x8F, 16_764),
    (32_767, 0x80, 32_124),
    (-4, 0x7E, -8),
    (-892, 0x4F, -924),
    (-32_768, 0x00, -32_124),
];
const A: [(i16, u8, i16); 10] = [
    (0, 0xD5, 8),
    (15, 0xD5, 8),
    (16, 0xD4, 24),
    (511, 0xCA, 504),
    (512, 0xF5, 528),
    (1_024, 0xE5, 1_056),
    (32_767, 0xAA, 32_256),
    (-1, 0x55, -8),
    (-512, 0x4A, -504),
    (-32_768, 0x2A, -32_256),
];

#[test]
fn the_ends_of_the_segments_are_those_of_the_standard() {
    for (law, table) in [(Law::Mu, &MU[..]), (Law::A, &A[..])] {
        for &(sample, code, read) in table {
            assert_eq!(law.encode(sample), code, "{law:?} {sample}");
            assert_eq!(law.decode(code), read, "{law:?} {code:#x}");
        }
    }
}

#[test]
fn every_code_comes_back_but_for_the_second_zero() {
    for code in 0..=u8::MAX {
        assert_eq!(Law::A.encode(Law::A.decode(code)), code);
        let again = Law::Mu.encode(Law::Mu.decode(code));
        assert_eq!(again, if code == 0x7F { 0xFF } else { code });
    }
}

#[test]
fn louder_is_never_read_as_softer_and_never_far_off() {
    for law in [Law::Mu, Law::A] {
        let mut last = i16::MIN;
        for sample in i16::MIN..=i16::MAX {
            let read = law.decode(law.encode(sample));
            assert!(read >= last);
            let off = i32::from(sample) - i32::from(read);
            assert!(
                off.abs() <= 8 + i32::from(sample).abs() / 31,
                "{law:?} {sample} {read}"
            );
            last = read;
        }
        assert_eq!(law.silence(), law.encode(0));
    }
}
