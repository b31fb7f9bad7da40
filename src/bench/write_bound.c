/* write_bound SOURCE TARGET THREADS: how fast a tree can be written at all. Holds every file of SOURCE in memory, then
   makes the same tree at TARGET: directories, files with their mode and time, hard links, symlinks. Prints the seconds
   that the second part took. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32 };

struct entry {
    char *path;   /* below SOURCE, and below TARGET */
    char *data;   /* a file's content, a symlink's target */
    long link_of; /* the entry whose name this is too, or -1 */
    struct stat about;
};

static struct entry *entries;
static long number, room;
static size_t source_length;
static int target;
static atomic_long next;

static void fail(const char *what) {
    fprintf(stderr, "write_bound: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *must(void *memory) {
    if (!memory) fail("memory");
    return memory;
}

/* One slot for each inode that has several names. */
static long first_name(const struct stat *about) {
    static struct { ino_t inode; long entry; } *seen;
    static long many, seen_room;
    if (about->st_nlink < 2) return -1;
    for (long i = 0; i < many; i++)
        if (seen[i].inode == about->st_ino) return seen[i].entry;
    if (many == seen_room) seen = must(realloc(seen, (seen_room = 2 * seen_room + 64) * sizeof *seen));
    seen[many].inode = about->st_ino;
    seen[many++].entry = number;
    return -1;
}

static char *content(const char *path, const struct stat *about) {
    char *data = must(malloc(about->st_size + 1));
    int in = open(path, O_RDONLY);
    if (in < 0) fail(path);
    for (off_t done = 0; done < about->st_size;) {
        ssize_t got = read(in, data + done, about->st_size - done);
        if (got <= 0) fail(path);
        done += got;
    }
    close(in);
    return data;
}

static int load(const char *path, const struct stat *about, int type, struct FTW *where) {
    (void)where;
    if (path[source_length] != '/') return 0;
    if (type == FTW_DNR || type == FTW_NS) fail(path);
    if (number == room) entries = must(realloc(entries, (room = 2 * room + 1024) * sizeof *entries));
    struct entry entry = {must(strdup(path + source_length + 1)), NULL, -1, *about};
    if (S_ISLNK(about->st_mode)) {
        entry.data = must(calloc(1, about->st_size + 1));
        if (readlink(path, entry.data, about->st_size) < 0) fail(path);
    } else if (S_ISREG(about->st_mode) && (entry.link_of = first_name(about)) < 0) {
        entry.data = content(path, about);
    }
    entries[number++] = entry;
    return 0;
}

static void write_file(const struct entry *entry) {
    int out = openat(target, entry->path, O_WRONLY | O_CREAT | O_EXCL, entry->about.st_mode & 0777);
    if (out < 0) fail(entry->path);
    for (off_t done = 0; done < entry->about.st_size;) {
        ssize_t put = write(out, entry->data + done, entry->about.st_size - done);
        if (put < 0) fail(entry->path);
        done += put;
    }
    struct timespec times[2] = {entry->about.st_mtim, entry->about.st_mtim};
    if (futimens(out, times) < 0 || close(out) < 0) fail(entry->path);
}

static void *write_files(void *unused) {
    for (long begin; (begin = atomic_fetch_add(&next, BATCH)) < number;)
        for (long i = begin; i < begin + BATCH && i < number; i++)
            if (S_ISREG(entries[i].about.st_mode) && entries[i].link_of < 0) write_file(&entries[i]);
    return unused;
}

static void write_tree(int threads) {
    pthread_t others[threads];
    for (long i = 0; i < number; i++) /* nftw names a directory before what is in it */
        if (S_ISDIR(entries[i].about.st_mode) && mkdirat(target, entries[i].path, 0755) < 0) fail(entries[i].path);
    for (int i = 1; i < threads; i++)
        if ((errno = pthread_create(&others[i], NULL, write_files, NULL))) fail("a thread");
    write_files(NULL);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
    for (long i = 0; i < number; i++) {
        const struct entry *entry = &entries[i];
        if (entry->link_of >= 0 && linkat(target, entries[entry->link_of].path, target, entry->path, 0) < 0) fail(entry->path);
        if (S_ISLNK(entry->about.st_mode) && symlinkat(entry->data, target, entry->path) < 0) fail(entry->path);
    }
}

int main(int count, char **arguments) {
    struct timespec begun, ended;
    if (count != 4) {
        fprintf(stderr, "usage: write_bound SOURCE TARGET THREADS\n");
        return 2;
    }
    umask(0);
    source_length = strlen(arguments[1]);
    if (nftw(arguments[1], load, 64, FTW_PHYS) != 0) fail(arguments[1]);
    if (mkdir(arguments[2], 0755) < 0 || (target = open(arguments[2], O_DIRECTORY | O_RDONLY)) < 0) fail(arguments[2]);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    write_tree(atoi(arguments[3]));
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.6f\n", (ended.tv_sec - begun.tv_sec) + (ended.tv_nsec - begun.tv_nsec) / 1e9);
    return 0;
}
