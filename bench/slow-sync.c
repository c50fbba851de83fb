/* A slower disk: every fsync and fdatasync sleeps SYNC_US microseconds before it is done.
 *
 *   cc -shared -fPIC -O2 -o slow-sync.so bench/slow-sync.c
 *   SYNC_US=5000 LD_PRELOAD=$PWD/slow-sync.so disnaker serve
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int after_a_nap(const char *name, int file) {
    const char *nap = getenv("SYNC_US");
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (nap != NULL) usleep((useconds_t)atoi(nap));
    return sync(file);
}

int fsync(int file) { return after_a_nap("fsync", file); }
int fdatasync(int file) { return after_a_nap("fdatasync", file); }
