/* Preloaded, this counts the file calls of a process under one folder, and lets one of them fail, or kills the process
 * before it; or it keeps a journal of them, from which a test builds what a disk may hold after a power cut.
 *
 *     faults_arm(folder, at, how, journal)
 *
 * folder: an absolute path; calls on other files go through untouched. at: the number of the call that fails, from 1;
 * 0: none. how: an errno; 0: kill. ENOSPC is a disk that stays full: from then on all calls fail that need room. Journal:
 * a descriptor that operations are written to, or -1. FAULTS_NO_EXCHANGE: as if there were no renameat2.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static size_t length;
static int at, how, count, journal = -1, failed;
enum { READS, NEEDS_ROOM };

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void faults_arm(const char *path, int call, int error, int log) {
    strncpy(folder, path, sizeof folder - 1);
    length = strlen(folder);
    at = call, how = error, journal = log, count = failed = 0;
}

int faults_count(void) { return count; }

int faults_failed(void) { return failed; }

static int inside(const char *path) {
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

/* The path of a name, absolute; whether it is one of those that count. */
static int resolve(int dir, const char *path, char *to) {
    if (!length || !path) return 0;
    if (path[0] == '/') snprintf(to, PATH_MAX, "%s", path);
    else {
        char link[64], base[PATH_MAX];
        if (dir == AT_FDCWD) { if (!getcwd(base, sizeof base)) return 0; }
        else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
            ssize_t size = readlink(link, base, sizeof base - 1);
            if (size < 0) return 0;
            base[size] = 0;
        }
        if ((size_t)snprintf(to, PATH_MAX, "%.2000s/%.2000s", base, path) >= PATH_MAX) return 0;
    }
    return inside(to);
}

static int resolve_fd(int fd, char *to) {
    char link[64];
    if (!length || fd < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, to, PATH_MAX - 1);
    if (size < 0) return 0;
    to[size] = 0;
    return inside(to);
}

/* Whether this call is the one that fails; errno is set. */
static int fails(int kind) {
    int number = __sync_add_and_fetch(&count, 1);
    if (!at || number < at) return 0;
    if (!how && number == at) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) pause(); }
    if (how == ENOSPC ? kind != NEEDS_ROOM : number != at) return 0;
    failed = 1;
    errno = how;
    return 1;
}

static void put(const char *text, size_t size) {
    while (size) {
        ssize_t done = syscall(SYS_write, journal, text, size);
        if (done <= 0) abort();
        text += done, size -= done;
    }
}

static unsigned long inode(const char *path) {
    struct stat found;
    return lstat(path, &found) ? 0 : found.st_ino;
}

/* One line: the operation, and for each path the inode of its folder, its own, and its name in hexadecimal digits. */
static void note(const char *what, const char *one, const char *other) {
    if (journal < 0) return;
    int error = errno;
    char line[4 * PATH_MAX], *end = line + sprintf(line, "%s", what);
    const char *paths[] = {one, other};
    for (int i = 0; i < 2 && paths[i]; i++) {
        char parent[PATH_MAX];
        snprintf(parent, sizeof parent, "%s", paths[i]);
        char *slash = strrchr(parent, '/');
        const char *name = paths[i] + (slash - parent) + 1;
        *slash = 0;
        end += sprintf(end, " %lu %lu ", inode(parent), inode(paths[i]));
        for (; *name; name++) end += sprintf(end, "%02x", (unsigned char)*name);
    }
    *end++ = '\n';
    put(line, end - line);
    errno = error;
}

/* What a file or folder holds as it is synced: its inode, and its bytes, or inodes and names, in hexadecimal digits. */
static void note_sync(int fd) {
    if (journal < 0) return;
    int error = errno;
    struct stat found;
    char line[128], link[64], bytes[4096], digits[2 * sizeof bytes];
    fstat(fd, &found);
    put(line, sprintf(line, "sync %lu ", found.st_ino));
    if (!S_ISDIR(found.st_mode)) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        int again = syscall(SYS_openat, AT_FDCWD, link, O_RDONLY);
        ssize_t size;
        while (again >= 0 && (size = syscall(SYS_read, again, bytes, sizeof bytes)) > 0) {
            for (ssize_t i = 0; i < size; i++) sprintf(digits + 2 * i, "%02x", (unsigned char)bytes[i]);
            put(digits, 2 * size);
        }
        syscall(SYS_close, again);
    } else { /* the names in it, since not all calls that made them can be seen: some programs make them by themselves */
        put("folder", 6);
        int again = dup(fd);
        DIR *names = fdopendir(again);
        rewinddir(names);
        for (struct dirent *each; (each = readdir(names));) {
            if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..")) continue;
            char *end = line;
            put(line, sprintf(line, " %lu ", each->d_ino));
            for (const char *byte = each->d_name; *byte; byte++) {
                end = line + sprintf(line, "%02x", (unsigned char)*byte);
                put(line, end - line);
            }
        }
        rewinddir(names);
        closedir(names);
    }
    put("\n", 1);
    errno = error;
}

void faults_saved(void) { if (journal >= 0) put("saved\n", 6); }

static int opened(int dir, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    int ours = resolve(dir, path, full);
    if (ours && fails(flags & O_CREAT ? NEEDS_ROOM : READS)) return -1;
    int is_new = ours && (flags & O_CREAT) && !inode(full);
    int fd = syscall(SYS_openat, dir, path, flags, mode);
    if (is_new && fd >= 0) note("create", full, NULL);
    else if (ours && fd >= 0 && (flags & (O_WRONLY | O_RDWR))) note("rewrite", full, NULL);
    return fd;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = va_arg(more, mode_t);                                                                            \
        va_end(more);                                                                                                  \
        return opened(AT_FDCWD, path, flags, mode);                                                                    \
    }
#define OPENAT(name)                                                                                                   \
    int name(int dir, const char *path, int flags, ...) {                                                              \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = va_arg(more, mode_t);                                                                            \
        va_end(more);                                                                                                  \
        return opened(dir, path, flags, mode);                                                                         \
    }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* Calls on descriptors. */
#define ON_FD(type, name, kind, parameters, ...)                                                                       \
    type name parameters {                                                                                             \
        char path[PATH_MAX];                                                                                           \
        if (resolve_fd(fd, path) && fails(kind)) return -1;                                                            \
        return REAL(name)(__VA_ARGS__);                                                                                \
    }
ON_FD(ssize_t, write, NEEDS_ROOM, (int fd, const void *data, size_t size), fd, data, size)
ON_FD(ssize_t, pwrite, NEEDS_ROOM, (int fd, const void *data, size_t size, off_t place), fd, data, size, place)
ON_FD(ssize_t, pwrite64, NEEDS_ROOM, (int fd, const void *data, size_t size, off64_t place), fd, data, size, place)
ON_FD(ssize_t, writev, NEEDS_ROOM, (int fd, const struct iovec *parts, int n), fd, parts, n)
ON_FD(int, ftruncate, NEEDS_ROOM, (int fd, off_t size), fd, size)
ON_FD(int, ftruncate64, NEEDS_ROOM, (int fd, off64_t size), fd, size)
ON_FD(int, fchmod, READS, (int fd, mode_t mode), fd, mode)

int posix_fallocate(int fd, off_t place, off_t size) {
    char path[PATH_MAX];
    if (resolve_fd(fd, path) && fails(NEEDS_ROOM)) return errno;
    return REAL(posix_fallocate)(fd, place, size);
}

int posix_fallocate64(int fd, off64_t place, off64_t size) { return posix_fallocate(fd, place, size); }

static int synced(int fd, int data) {
    char path[PATH_MAX];
    int ours = resolve_fd(fd, path);
    if (ours && fails(NEEDS_ROOM)) return -1;
    if (ours) note_sync(fd); /* and not done: what it would do is in the journal, and a real one takes a while */
    else return data ? REAL(fdatasync)(fd) : REAL(fsync)(fd);
    return 0;
}

int fsync(int fd) { return synced(fd, 0); }
int fdatasync(int fd) { return synced(fd, 1); }

int close(int fd) {
    char path[PATH_MAX];
    int wrong = resolve_fd(fd, path) && fails(READS), error = errno;
    int done = syscall(SYS_close, fd); /* also where it fails, as the system does */
    return wrong ? (errno = error, -1) : done;
}

/* Calls on names. */
#define ON_NAME(name, kind, what, parameters, dir, path, ...)                                                          \
    int name parameters {                                                                                              \
        char full[PATH_MAX];                                                                                           \
        int ours = resolve(dir, path, full);                                                                           \
        if (ours && fails(kind)) return -1;                                                                            \
        int done = REAL(name)(__VA_ARGS__);                                                                            \
        if (ours && !done && what) note(what, full, NULL);                                                             \
        return done;                                                                                                   \
    }
ON_NAME(unlink, READS, "remove", (const char *path), AT_FDCWD, path, path)
ON_NAME(rmdir, READS, "remove", (const char *path), AT_FDCWD, path, path)
ON_NAME(unlinkat, READS, "remove", (int dir, const char *path, int flags), dir, path, dir, path, flags)
ON_NAME(mkdir, NEEDS_ROOM, "mkdir", (const char *path, mode_t mode), AT_FDCWD, path, path, mode)
ON_NAME(mkdirat, NEEDS_ROOM, "mkdir", (int dir, const char *path, mode_t mode), dir, path, dir, path, mode)
ON_NAME(symlink, NEEDS_ROOM, "create", (const char *to, const char *path), AT_FDCWD, path, to, path)
ON_NAME(symlinkat, NEEDS_ROOM, "create", (const char *to, int dir, const char *path), dir, path, to, dir, path)
ON_NAME(link, NEEDS_ROOM, "link", (const char *from, const char *path), AT_FDCWD, path, from, path)
ON_NAME(linkat, NEEDS_ROOM, "link", (int from, const char *source, int dir, const char *path, int flags), dir, path,
        from, source, dir, path, flags)
ON_NAME(chmod, READS, NULL, (const char *path, mode_t mode), AT_FDCWD, path, path, mode)

static int renamed(int one, const char *from, int other, const char *to, unsigned flags) {
    char source[PATH_MAX], target[PATH_MAX];
    int ours = resolve(one, from, source) & resolve(other, to, target);
    if (ours && fails(NEEDS_ROOM)) return -1;
    int done = syscall(SYS_renameat2, one, from, other, to, flags);
    if (ours && !done) note(flags ? "exchange" : "rename", source, target);
    return done;
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int one, const char *from, int other, const char *to) { return renamed(one, from, other, to, 0); }

int renameat2(int one, const char *from, int other, const char *to, unsigned flags) {
    if (flags && getenv("FAULTS_NO_EXCHANGE")) return errno = ENOSYS, -1;
    return renamed(one, from, other, to, flags);
}
