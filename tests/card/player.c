/* The tests' reference player: straight to ALSA, nothing between that could lose a frame.
 *
 *     player CARD RATE CHANNELS LATENCY_US [POSITION PAUSE_MS]... <SAMPLES
 *
 * plays 16-bit samples to their last frame.  Before the frame at each POSITION it pauses on purpose.  It
 * prints, with all times in ns of CLOCK_MONOTONIC,
 *
 *     clock FROM TO HEARD     after each block: HEARD frames had been heard when it asked, between FROM and
 * TO pause FROM TO POSITION  after each pause
 */
#include <alsa/asoundlib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long need(long result, const char *what) {
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, snd_strerror((int)result));
        exit(1);
    }
    return result;
}

static void read_clock(snd_pcm_t *pcm, long position) {
    snd_pcm_sframes_t ahead;
    const long long before = now_ns();
    if (snd_pcm_delay(pcm, &ahead) == 0)
        printf("clock %lld %lld %ld\n", before, now_ns(), position - ahead);
}

static void write_all(snd_pcm_t *pcm, const char *block, long frames, long frame_bytes) {
    while (frames > 0) {
        const long written = snd_pcm_writei(pcm, block, (snd_pcm_uframes_t)frames);
        if (written < 0)
            need(snd_pcm_recover(pcm, (int)written, 1), "recover");
        else
            frames -= written, block += written * frame_bytes;
    }
}

int main(int count, char **arguments) {
    if (count < 5 || count % 2 == 0) {
        fprintf(stderr, "player CARD RATE CHANNELS LATENCY_US [POSITION PAUSE_MS]... <SAMPLES\n");
        return 2;
    }
    const unsigned int rate = (unsigned int)atoi(arguments[2]), channels = (unsigned int)atoi(arguments[3]);
    const long frame_bytes = 2L * channels, block_frames = rate / 100;
    char *block = malloc((size_t)(block_frames * frame_bytes));
    snd_pcm_t *pcm;
    need(snd_pcm_open(&pcm, arguments[1], SND_PCM_STREAM_PLAYBACK, 0), "open");
    need(snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, channels, rate, 0,
                            (unsigned int)atoi(arguments[4])),
         "parameters");
    long position = 0;
    int pause = 5;
    while (true) {
        const long until_pause = pause < count ? atol(arguments[pause]) - position : block_frames;
        if (until_pause == 0) {
            const long ms = atol(arguments[pause + 1]);
            const long long from = now_ns();
            nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
            printf("pause %lld %lld %ld\n", from, now_ns(), position);
            pause += 2;
            continue;
        }
        const long wanted = until_pause < block_frames ? until_pause : block_frames;
        const long frames = (long)fread(block, (size_t)frame_bytes, (size_t)wanted, stdin);
        if (frames == 0)
            break;
        write_all(pcm, block, frames, frame_bytes);
        position += frames;
        read_clock(pcm, position);
    }
    need(snd_pcm_drain(pcm), "drain");
    need(snd_pcm_close(pcm), "close");
    free(block);
    return 0;
}
