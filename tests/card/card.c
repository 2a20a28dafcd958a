/* A sound card for the tests, as an ALSA I/O plug-in: what a listener would hear of it is recorded.
 *
 * Rules.
 * 1. The card's clock is CLOCK_MONOTONIC times the rate.  A frame is heard if it was committed before it was
 *    due; that is decided from time stamps when the player calls in, so the card has no gaps of its own
 *    however busy the machine is.
 * 2. What is done to the card (`struct control`) carries the time from which it holds, so that it makes no
 *    difference when the card looks.
 * 3. The descriptor that a player polls is a timer.  It can be read while there is room, and for a moment
 *    every TICK_NS, which is how soon a waiting player meets what is done to the card.
 * 4. A run is what lies between a start and its end; its positions count frames from 0.
 * 5. `poll_revents` is called outside of ALSA's lock, and changes only `is_told`.
 *
 * FOLDER/sound holds the frames of all commits, 16-bit and interleaved, one commit after the other, and
 * FOLDER/log one `struct record` for each thing that happened; recording.py is its reader.
 *
 *     kind      ns is when                      a                      b
 *     SETUP     parameters were set             rate, Hz               buffer, frames
 *     PREPARE   a run could begin               0                      0
 *     COMMIT    frames were committed           position of the first  how many
 *     START     position 0 was due              0                      0
 *     STALL     the clock stood still           ns when it goes on     0
 *     STOP      the player dropped the rest     position reached       position committed
 *     UNDERRUN  the first missing one was due   position reached       position committed
 *     GONE      the card vanished               position reached       position committed
 */
#define _GNU_SOURCE
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>

#define SECOND_NS 1000000000
#define TICK_NS 10000000
#define MOST_RATES 32

enum kind { SETUP = 1, PREPARE, COMMIT, START, STALL, STOP, UNDERRUN, GONE };

struct record {
    int64_t kind, ns, a, b;
};

/* How a card that vanished answers. */
enum how {
    /* As a USB card pulled out: polling reports an error, and then the state is disconnected. */
    UNPLUGGED = 1,
    /* Polling says that there is room, and whoever wants it is told that the card is not there. */
    HUNG_UP,
    /* As a sound server that died: polling reports an error, and then it is an underrun for ever. */
    DEAD
};

/* FOLDER/control, written by the test at any time.  0 is never; times are those of CLOCK_MONOTONIC. */
struct control {
    _Atomic int64_t vanish_ns, vanish_how; /* `vanish_how` is written first */
    _Atomic int64_t stall_ns, stall_to_ns; /* `stall_to_ns` is written first, and the last stall is over */
};

struct card {
    snd_pcm_ioplug_t io;
    int log, sound;
    const struct control *control;
    double drift_ppm, frames_per_ns;
    snd_pcm_sframes_t latency_frames, avail_min;
    int64_t started_ns;         /* when position 0 was due, later by all stalls that are over; 0: no run */
    int64_t stall_ns, to_ns;    /* the last stall that was seen */
    snd_pcm_sframes_t position; /* the last one told; it never goes back */
    int64_t how;                /* it has vanished, once that was seen */
    atomic_bool is_told;        /* polling has reported it */
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* A card that cannot record is of no use to a test, and must not look as if it were. */
static void put(int file, const void *content, size_t bytes) {
    if (write(file, content, bytes) != (ssize_t)bytes) {
        perror("the tests' sound card cannot record");
        abort();
    }
}

static void record(const struct card *card, enum kind kind, int64_t ns, int64_t a, int64_t b) {
    const struct record entry = {kind, ns, a, b};
    put(card->log, &entry, sizeof entry);
}

/* Time and position. */

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t stalled_ns(const struct card *card, int64_t now) {
    return later(0, earlier(card->to_ns, now) - later(card->stall_ns, card->started_ns));
}

/* The frames that were due until now, whether there were any or not. */
static snd_pcm_sframes_t position(const struct card *card, int64_t now) {
    if (!card->started_ns)
        return card->position;
    const int64_t played_ns = now - card->started_ns - stalled_ns(card, now);
    return later(card->position, (snd_pcm_sframes_t)((double)played_ns * card->frames_per_ns));
}

/* When a position is reached: never before `position` says so. */
static int64_t due_ns(const struct card *card, snd_pcm_sframes_t place) {
    const int64_t stall_ns = later(card->stall_ns, card->started_ns);
    const int64_t ns = card->started_ns + (int64_t)((double)place / card->frames_per_ns) + 1;
    return ns > stall_ns ? ns + later(0, card->to_ns - stall_ns) : ns;
}

static snd_pcm_sframes_t committed(const struct card *card) { return (snd_pcm_sframes_t)card->io.appl_ptr; }

/* The position from which on the player is told that there is room. */
static snd_pcm_sframes_t room_at(const struct card *card, snd_pcm_sframes_t end) {
    const snd_pcm_sframes_t buffer = (snd_pcm_sframes_t)card->io.buffer_size;
    return card->io.state == SND_PCM_STATE_DRAINING ? end : end + card->avail_min - buffer;
}

static void arm_at(const struct card *card, int64_t ns) {
    ns = later(1, ns); /* 0 would stop the timer; what is past makes it fire at once */
    const struct itimerspec when = {.it_value = {ns / SECOND_NS, ns % SECOND_NS}};
    timerfd_settime(card->io.poll_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void arm(const struct card *card, int64_t now, snd_pcm_sframes_t end) {
    const snd_pcm_sframes_t room = room_at(card, end);
    const int64_t ns = card->started_ns ? due_ns(card, room) : room <= 0 ? 0 : now + TICK_NS;
    arm_at(card, earlier(ns, now + TICK_NS));
}

/* What ends a run. */

static void end(struct card *card, enum kind kind, int64_t ns, snd_pcm_sframes_t reached) {
    record(card, kind, ns, reached, committed(card));
    card->position = reached;
    card->started_ns = 0;
    arm_at(card, 0);
}

/* How the card has vanished, if it has. */
static int64_t gone(const struct card *card, int64_t now) {
    if (card->how)
        return card->how;
    const int64_t vanish_ns = atomic_load(&card->control->vanish_ns);
    return vanish_ns && now >= vanish_ns ? atomic_load(&card->control->vanish_how) : 0;
}

/* See what was done to the card.  Returns an error if it is gone, which it stays for whoever has it open. */
static int look(struct card *card, int64_t now) {
    const int64_t stall_ns = atomic_load(&card->control->stall_ns);
    if (stall_ns != card->stall_ns) {
        if (card->started_ns)
            card->started_ns += stalled_ns(card, now);
        card->stall_ns = stall_ns;
        card->to_ns = atomic_load(&card->control->stall_to_ns);
        record(card, STALL, stall_ns, card->to_ns, 0);
    }
    const int64_t how = gone(card, now);
    if (how && !card->how) {
        const int64_t ns = atomic_load(&card->control->vanish_ns);
        const snd_pcm_sframes_t told = card->position;
        if (card->started_ns)
            end(card, GONE, ns, earlier(position(card, ns), committed(card)));
        /* From now on there is room for all that comes, or no more than the player knows of. */
        card->position = how == HUNG_UP ? committed(card) : told;
        card->how = how;
        fcntl(card->log, F_OFD_SETLK, &(struct flock){.l_type = F_UNLCK}); /* once it is back, it is free */
    }
    if (!how || (how != HUNG_UP && !card->is_told))
        return 0; /* until polling has reported it, what is committed goes nowhere */
    snd_pcm_ioplug_set_state(&card->io, how == DEAD ? SND_PCM_STATE_XRUN : SND_PCM_STATE_DISCONNECTED);
    return how == DEAD ? -EPIPE : -ENODEV;
}

/* Look, and see whether the player came too late: -EPIPE if it did. */
static int check(struct card *card, int64_t now) {
    const int error = look(card, now);
    if (error)
        return error;
    const bool is_running = card->started_ns && card->io.state != SND_PCM_STATE_DRAINING;
    if (is_running && position(card, now) >= committed(card)) {
        end(card, UNDERRUN, due_ns(card, committed(card)), committed(card));
        snd_pcm_ioplug_set_state(&card->io, SND_PCM_STATE_XRUN);
    }
    return card->io.state == SND_PCM_STATE_XRUN ? -EPIPE : 0;
}

/* What ALSA calls. */

static int card_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params) {
    struct card *card = io->private_data;
    (void)params;
    card->frames_per_ns = io->rate * (1 + card->drift_ppm / 1e6) / SECOND_NS;
    card->avail_min = (snd_pcm_sframes_t)io->period_size;
    record(card, SETUP, now_ns(), io->rate, (int64_t)io->buffer_size);
    return 0;
}

static int card_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
    struct card *card = io->private_data;
    snd_pcm_uframes_t avail_min;
    snd_pcm_sw_params_get_avail_min(params, &avail_min);
    card->avail_min = earlier((snd_pcm_sframes_t)avail_min, (snd_pcm_sframes_t)io->buffer_size);
    return 0;
}

static int card_prepare(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    const int64_t now = now_ns();
    if (look(card, now) || card->how)
        return -ENODEV;
    card->position = 0;
    record(card, PREPARE, now, 0, 0);
    arm(card, now, 0);
    return 0;
}

static int card_start(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    const int64_t now = now_ns();
    if (look(card, now) || card->how)
        return -ENODEV;
    card->started_ns = now;
    record(card, START, now, 0, 0);
    arm(card, now, committed(card));
    return 0;
}

static int card_stop(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    const int64_t now = now_ns();
    if (!look(card, now) && card->started_ns)
        end(card, STOP, now, earlier(position(card, now), committed(card)));
    return 0;
}

static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    const int64_t now = now_ns();
    if (check(card, now) == -EPIPE)
        return -EPIPE; /* any error is an underrun to ALSA, so one that is unplugged stands still instead */
    card->position = earlier(position(card, now), committed(card));
    return card->position;
}

static int card_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *frames) {
    struct card *card = io->private_data;
    const int64_t now = now_ns();
    const int error = check(card, now);
    *frames = error ? 0 : committed(card) - position(card, now) + card->latency_frames;
    return error;
}

static snd_pcm_sframes_t card_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                       snd_pcm_uframes_t offset, snd_pcm_uframes_t frames) {
    struct card *card = io->private_data;
    const int64_t now = now_ns();
    const int error = check(card, now);
    if (error)
        return error;
    const char *first = (const char *)areas->addr + (areas->first + offset * areas->step) / 8;
    put(card->sound, first, frames * areas->step / 8);
    record(card, COMMIT, now, committed(card), (int64_t)frames);
    arm(card, now, committed(card) + (snd_pcm_sframes_t)frames);
    return (snd_pcm_sframes_t)frames;
}

static int card_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *polled, unsigned int count,
                             unsigned short *events) {
    struct card *card = io->private_data;
    const int64_t now = now_ns(), how = gone(card, now);
    const bool is_empty = card->started_ns && position(card, now) >= committed(card);
    (void)count;
    *events = 0;
    if (!(polled->revents & POLLIN))
        return 0;
    if (how == UNPLUGGED || how == DEAD || io->state == SND_PCM_STATE_XRUN)
        *events = POLLERR | (how == UNPLUGGED ? POLLHUP : POLLOUT);
    else if (how == HUNG_UP || is_empty || position(card, now) >= room_at(card, committed(card)))
        *events = POLLOUT; /* an empty buffer is an underrun, as whoever turns to it will be told */
    else
        arm(card, now, committed(card)); /* it was a tick */
    card->is_told = how;
    return 0;
}

static int card_close(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    if (io->poll_fd >= 0)
        close(io->poll_fd);
    if (card->control)
        munmap((void *)card->control, sizeof *card->control);
    if (card->sound >= 0)
        close(card->sound);
    if (card->log >= 0)
        close(card->log);
    free(card);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .hw_params = card_hw_params,
    .sw_params = card_sw_params,
    .prepare = card_prepare,
    .start = card_start,
    .stop = card_stop,
    .pointer = card_pointer,
    .delay = card_delay,
    .transfer = card_transfer,
    .poll_revents = card_poll_revents,
    .close = card_close,
};

/* Opening. */

static int open_in(const char *folder, const char *name, int flags) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return open(path, flags | O_CLOEXEC);
}

static int open_files(struct card *card, const char *folder) {
    card->log = open_in(folder, "log", O_WRONLY | O_APPEND);
    card->sound = open_in(folder, "sound", O_WRONLY | O_APPEND);
    const int control = open_in(folder, "control", O_RDONLY);
    if (card->log < 0 || card->sound < 0 || control < 0)
        return -ENODEV;
    card->control = mmap(NULL, sizeof *card->control, PROT_READ, MAP_SHARED, control, 0);
    close(control);
    card->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (card->control == MAP_FAILED || card->io.poll_fd < 0)
        abort();
    if (gone(card, now_ns()))
        return -ENODEV;
    struct flock whole = {.l_type = F_WRLCK}; /* one player at a time, as with any card */
    return fcntl(card->log, F_OFD_SETLK, &whole) ? -EBUSY : 0;
}

static double number(const snd_config_t *settings, const char *name) {
    snd_config_t *entry;
    double value = 0;
    if (snd_config_search((snd_config_t *)settings, name, &entry) == 0)
        snd_config_get_ireal(entry, &value);
    return value;
}

static int limit(struct card *card, const snd_config_t *settings) {
    static const unsigned int accesses[] = {SND_PCM_ACCESS_MMAP_INTERLEAVED, SND_PCM_ACCESS_RW_INTERLEAVED};
    static const unsigned int formats[] = {SND_PCM_FORMAT_S16_LE};
    const unsigned int channels = (unsigned int)number(settings, "channels"), bytes = 2 * channels;
    unsigned int rates[MOST_RATES], count = 0;
    snd_config_t *list;
    snd_config_iterator_t each, next;
    if (snd_config_search((snd_config_t *)settings, "rates", &list))
        return -EINVAL;
    snd_config_for_each(each, next, list) {
        long rate;
        if (count == MOST_RATES || snd_config_get_integer(snd_config_iterator_entry(each), &rate))
            return -EINVAL;
        rates[count++] = (unsigned int)rate;
    }
    snd_pcm_ioplug_t *io = &card->io;
    int error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, accesses);
    error |= snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats);
    error |= snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_RATE, count, rates);
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, channels, channels);
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 1024);
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES,
                                             (unsigned int)number(settings, "period_least") * bytes,
                                             (unsigned int)number(settings, "period_most") * bytes);
    error |= snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES,
                                             (unsigned int)number(settings, "buffer_least") * bytes,
                                             (unsigned int)number(settings, "buffer_most") * bytes);
    return error ? -EINVAL : 0;
}

/* Without a folder it is a card that is not there, which makes no noise about it. */
SND_PCM_PLUGIN_DEFINE_FUNC(card) {
    snd_config_t *entry;
    const char *folder;
    (void)root;
    if (stream != SND_PCM_STREAM_PLAYBACK || snd_config_search(conf, "folder", &entry) ||
        snd_config_get_string(entry, &folder))
        return -ENODEV;
    struct card *card = calloc(1, sizeof *card);
    if (!card)
        return -ENOMEM;
    card->drift_ppm = number(conf, "drift_ppm");
    card->latency_frames = (snd_pcm_sframes_t)number(conf, "latency_frames");
    card->io = (snd_pcm_ioplug_t){
        .version = SND_PCM_IOPLUG_VERSION,
        .name = "the tests' sound card",
        .flags = SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA, /* positions do not wrap */
        .callback = &callbacks,
        .private_data = card,
        .poll_fd = -1,
        .poll_events = POLLIN,
    };
    int error = open_files(card, folder);
    if (!error)
        error = snd_pcm_ioplug_create(&card->io, name, stream, mode);
    if (error) {
        card_close(&card->io);
        return error;
    }
    error = limit(card, conf);
    if (error)
        snd_pcm_ioplug_delete(&card->io);
    else
        *pcmp = card->io.pcm;
    return error;
}
SND_PCM_PLUGIN_SYMBOL(card);
