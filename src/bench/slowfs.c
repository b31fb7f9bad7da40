/* slowfs SOURCE MICROSECONDS MOUNT [FUSE OPTION...]: SOURCE, read only, at MOUNT, every call that late: a shared file system
   that is far away or busy. Several calls wait side by side, as they would there. */
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
static struct timespec delay;

/* The path below the source, after the delay. */
static const char *late(const char *path) {
    nanosleep(&delay, NULL);
    return path[1] ? path + 1 : ".";
}

static int answer(long result) {
    return result < 0 ? -errno : (int)result;
}

static int slow_getattr(const char *path, struct stat *about, struct fuse_file_info *file) {
    (void)file;
    return answer(fstatat(source, late(path), about, AT_SYMLINK_NOFOLLOW));
}

static int slow_readlink(const char *path, char *target, size_t size) {
    ssize_t length = readlinkat(source, late(path), target, size - 1);
    if (length < 0) return -errno;
    target[length] = '\0';
    return 0;
}

static int slow_open(const char *path, struct fuse_file_info *file) {
    if ((file->flags & O_ACCMODE) != O_RDONLY) return -EROFS;
    int opened = openat(source, late(path), O_RDONLY);
    file->fh = opened;
    return opened < 0 ? -errno : 0;
}

static int slow_read(const char *path, char *into, size_t size, off_t offset, struct fuse_file_info *file) {
    late(path);
    return answer(pread(file->fh, into, size, offset));
}

static int slow_release(const char *path, struct fuse_file_info *file) {
    (void)path;
    return answer(close(file->fh));
}

static int slow_readdir(const char *path, void *into, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *file,
                        enum fuse_readdir_flags flags) {
    (void)offset, (void)file, (void)flags;
    int opened = openat(source, late(path), O_RDONLY | O_DIRECTORY);
    DIR *directory = opened < 0 ? NULL : fdopendir(opened);
    if (!directory) return -errno;
    for (struct dirent *entry; (entry = readdir(directory));)
        if (fill(into, entry->d_name, NULL, 0, 0)) break;
    closedir(directory);
    return 0;
}

int main(int count, char **arguments) {
    static const struct fuse_operations operations = {
        .getattr = slow_getattr, .readlink = slow_readlink, .open = slow_open, .read = slow_read, .release = slow_release,
        .readdir = slow_readdir,
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
    arguments[2] = arguments[0];
    return fuse_main(count - 2, arguments + 2, &operations, NULL);
}
