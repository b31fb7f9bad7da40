/* slowfs SOURCE MICROSECONDS MOUNT [FUSE OPTION...]: SOURCE, read only, at MOUNT, every call that late: a shared file system
   that is far away or busy. Several calls wait side by side, as they would there. With SLOWFS_LOG=FILE in the environment
   each call is a line of FILE when it arrives: its name, offset and size if it is a read (else 0), and the path. What the
   kernel answers from its caches is no call, as on a client of a shared file system. */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int source;
static int notes = -1;
static struct timespec delay;

static void note_and_wait(const char *call, off_t offset, size_t size, const char *path) {
    if (notes >= 0) dprintf(notes, "%s %lld %zu %s\n", call, (long long)offset, size, path);
    nanosleep(&delay, NULL);
}

/* The path below the source, after the delay. */
static const char *late(const char *call, const char *path) {
    note_and_wait(call, 0, 0, path);
    return path[1] ? path + 1 : ".";
}

static int answer(long result) {
    return result < 0 ? -errno : (int)result;
}

/* Files keep their numbers, as on a shared file system; the library would give a new one when the kernel has forgotten a name. */
static void *slow_init(struct fuse_conn_info *connection, struct fuse_config *settings) {
    (void)connection;
    settings->use_ino = 1;
    return NULL;
}

static int slow_getattr(const char *path, struct stat *about, struct fuse_file_info *file) {
    (void)file;
    return answer(fstatat(source, late("getattr", path), about, AT_SYMLINK_NOFOLLOW));
}

static int slow_readlink(const char *path, char *target, size_t size) {
    ssize_t length = readlinkat(source, late("readlink", path), target, size - 1);
    if (length < 0) return -errno;
    target[length] = '\0';
    return 0;
}

static int slow_open(const char *path, struct fuse_file_info *file) {
    if ((file->flags & O_ACCMODE) != O_RDONLY) return -EROFS;
    int opened = openat(source, late("open", path), O_RDONLY);
    file->fh = opened;
    return opened < 0 ? -errno : 0;
}

static int slow_read(const char *path, char *into, size_t size, off_t offset, struct fuse_file_info *file) {
    note_and_wait("read", offset, size, path);
    return answer(pread(file->fh, into, size, offset));
}

static int slow_release(const char *path, struct fuse_file_info *file) {
    (void)path;
    return answer(close(file->fh));
}

static int slow_readdir(const char *path, void *into, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *file,
                        enum fuse_readdir_flags flags) {
    (void)offset, (void)file, (void)flags;
    int opened = openat(source, late("readdir", path), O_RDONLY | O_DIRECTORY);
    DIR *directory = opened < 0 ? NULL : fdopendir(opened);
    if (!directory) return -errno;
    for (struct dirent *entry; (entry = readdir(directory));)
        if (fill(into, entry->d_name, NULL, 0, 0)) break;
    closedir(directory);
    return 0;
}

int main(int count, char **arguments) {
    static const struct fuse_operations operations = {
        .init = slow_init, .getattr = slow_getattr, .readlink = slow_readlink, .open = slow_open, .read = slow_read,
        .release = slow_release, .readdir = slow_readdir,
    };
    if (count < 4) {
        fprintf(stderr, "usage: slowfs SOURCE MICROSECONDS MOUNT [FUSE OPTION...]\n");
        return 2;
    }
    long microseconds = atol(arguments[2]);
    delay.tv_sec = microseconds / 1000000;
    delay.tv_nsec = microseconds % 1000000 * 1000;
    if ((source = open(arguments[1], O_DIRECTORY | O_RDONLY)) < 0) {
        perror(arguments[1]);
        return 1;
    }
    const char *wanted = getenv("SLOWFS_LOG");
    if (wanted && (notes = open(wanted, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) < 0) {
        perror(wanted);
        return 1;
    }
    arguments[2] = arguments[0];
    return fuse_main(count - 2, arguments + 2, &operations, NULL);
}
