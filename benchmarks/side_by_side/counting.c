/* Counts what a process allocates and copies. Loaded before libc, it stands before these
   functions of libc.

   Not seen: copies that a compiler wrote out where they are, what libc copies within itself, as in
   realloc, and what the kernel copies. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_ulong allocations, copied;

unsigned long counted_allocations(void) { return allocations; }
unsigned long counted_copied_bytes(void) { return copied; }

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static void allocated(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t bytes) {
    allocated();
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) {
    allocated();
    return __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes) {
    allocated();
    return __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    allocated();
    return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **got, size_t alignment, size_t bytes) {
    *got = aligned_alloc(alignment, bytes);
    return *got ? 0 : ENOMEM;
}

typedef void *copying(void *, const void *, size_t);
static copying *move;

__attribute__((constructor)) static void find(void) { move = (copying *)dlsym(RTLD_NEXT, "memmove"); }

static void *copy(void *to, const void *from, size_t bytes) {
    atomic_fetch_add_explicit(&copied, bytes, memory_order_relaxed);
    if (move)
        return move(to, from, bytes);
    /* Before libc was asked: the loader copies into what is new, never over what it copies from. */
    for (size_t at = 0; at < bytes; at++)
        ((volatile char *)to)[at] = ((const char *)from)[at];
    return to;
}

void *memcpy(void *to, const void *from, size_t bytes) { return copy(to, from, bytes); }
void *memmove(void *to, const void *from, size_t bytes) { return copy(to, from, bytes); }

/* What a program calls that was compiled with _FORTIFY_SOURCE. */
void *__memcpy_chk(void *to, const void *from, size_t bytes, size_t room) {
    (void)room;
    return copy(to, from, bytes);
}
void *__memmove_chk(void *to, const void *from, size_t bytes, size_t room) {
    (void)room;
    return copy(to, from, bytes);
}
