/* Files take their place when they are whole, and leave nothing behind when they are not.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* mkdtemp, setrlimit */

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core_support.h"

#include "scixp/xp/npz.h"

static char folder[64];

/* A path in a folder of the test's own. */
static const char *in_folder(const char *name)
{
    static char paths[2][128];
    static int turn;
    if (!folder[0]) {
        strcpy(folder, "/tmp/scixp-files-XXXXXX");
        cr_assert_not_null(mkdtemp(folder));
    }
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

/* How many files are in it. */
static int count_files(void)
{
    int count = 0;
    DIR *entries = opendir(folder);
    cr_assert_not_null(entries);
    for (struct dirent *entry; (entry = readdir(entries));)
        count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    closedir(entries);
    return count;
}

static void clear_folder(void)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlink(in_folder(entry->d_name));
    closedir(entries);
    rmdir(folder);
    folder[0] = '\0';
}

static xp_status write_either(int kind, const char *path, xp_array *x)
{
    return kind ? xp_write_npz(path, NULL, &x, 1, kind == 2) : xp_write_npy(path, x);
}

static xp_array *read_either(int kind, const char *path)
{
    return kind ? xp_read_npz(path, "arr_0", NULL) : xp_read_npy(path, NULL);
}

/* Bytes that do not compress. */
static xp_array *noise(int64_t count)
{
    xp_rng rng = xp_rng_seed(1);
    return xp_random_uniform(&rng, XP_SHAPE(count), XP_FLOAT64, NULL);
}

CHECKED_TEST(new_file, what_cannot_be_finished_leaves_what_was_there)
{
    xp_array *small = core_vector(5), *large = noise(100000);
    signal(SIGXFSZ, SIG_IGN);
    for (int kind = 0; kind < 3; kind++) {
        const char *path = in_folder("x");
        cr_assert_eq(write_either(kind, path, small), XP_OK, "%s", xp_error_message());
        struct rlimit former, limit;
        getrlimit(RLIMIT_FSIZE, &former);
        limit = former;
        limit.rlim_cur = 10000;
        setrlimit(RLIMIT_FSIZE, &limit);
        xp_error_clear();
        xp_status status = write_either(kind, path, large);
        xp_status fresh = write_either(kind, in_folder("y"), large);
        setrlimit(RLIMIT_FSIZE, &former);
        cr_assert_eq(status, XP_ERROR_IO);
        cr_assert_eq(fresh, XP_ERROR_IO);
        cr_assert_not_null(strstr(xp_error_message(), "cannot be written: File too large"), "%s", xp_error_message());
        cr_assert_eq(count_files(), 1, "a part has been left");
        xp_array *back = read_either(kind, path);
        xp_assert_equal(back, small);
        xp_release(back);
        xp_error_clear();
    }
    clear_folder();
    xp_release(small);
    xp_release(large);
}

CHECKED_TEST(new_file, failing_allocations_leave_nothing)
{
    xp_array *x = core_vector(2000);
    xp_array *view = xp_array_view(x, 1, (const int64_t[]){1000}, (const int64_t[]){16}, 0, "view");
    for (int kind = 0; kind < 3; kind++) {
        XP_TEST_EVERY_ALLOCATION(round) {
            xp_error_clear();
            xp_status status = write_either(kind, in_folder("x"), view);
            xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld: %s", round,
                           xp_error_message());
            cr_assert_eq(count_files(), status == XP_OK);
            unlink(in_folder("x"));
        }
    }
    clear_folder();
    xp_release(view);
    xp_release(x);
}

CHECKED_TEST(new_file, modes_and_links_stay)
{
    xp_array *x = core_vector(5), *y = core_vector(7);
    struct stat facts;
    const char *path = in_folder("x"), *link = in_folder("link");
    umask(027);
    cr_assert_eq(xp_write_npy(path, x), XP_OK);
    cr_assert(stat(path, &facts) == 0 && (facts.st_mode & 0777) == 0640, "as any new file");
    chmod(path, 0604);
    cr_assert_eq(symlink(path, link), 0);
    cr_assert_eq(xp_write_npy(link, y), XP_OK);
    cr_assert(lstat(link, &facts) == 0 && S_ISLNK(facts.st_mode), "the link is still one");
    cr_assert(stat(path, &facts) == 0 && (facts.st_mode & 0777) == 0604);
    xp_array *back = xp_read_npy(path, NULL);
    xp_assert_equal(back, y);
    cr_assert_eq(count_files(), 2);
    clear_folder();
    xp_release(back);
    xp_release(x);
    xp_release(y);
}

/* Names may be as long as the system allows, and paths may have no folder. */
CHECKED_TEST(new_file, long_names_and_no_folder)
{
    char name[256];
    xp_array *x = core_vector(5);
    memset(name, 'n', 255);
    name[255] = '\0';
    const char *path = in_folder("");
    cr_assert_eq(chdir(path), 0);
    cr_assert_eq(xp_write_npy(name, x), XP_OK, "%s", xp_error_message());
    xp_array *back = xp_read_npy(name, NULL);
    xp_assert_equal(back, x);
    unlink(name);
    char *endless = malloc(5000);
    memset(endless, 'n', 4999);
    endless[4999] = '\0';
    xp_assert_fails(xp_write_npy(endless, x), XP_ERROR_IO, NULL);
    free(endless);
    cr_assert_eq(chdir("/"), 0);
    clear_folder();
    xp_release(back);
    xp_release(x);
}

/* Pipes and devices are written where they are: taking their place would remove them. */
CHECKED_TEST(new_file, what_is_no_regular_file_is_written_in_place)
{
    xp_array *x = core_vector(5);
    struct stat facts;
    const char *path = in_folder("pipe");
    cr_assert_eq(mkfifo(path, 0600), 0);
    FILE *reader = fopen(path, "r+");
    cr_assert_not_null(reader);
    cr_assert_eq(xp_write_npy(path, x), XP_OK, "%s", xp_error_message());
    char start[6];
    cr_assert_eq(fread(start, 1, 6, reader), 6);
    cr_assert_eq(memcmp(start, "\x93NUMPY", 6), 0);
    cr_assert(stat(path, &facts) == 0 && S_ISFIFO(facts.st_mode));
    fclose(reader);
    xp_assert_fails(xp_write_npy(folder, x), XP_ERROR_IO, NULL);
    clear_folder();
    xp_release(x);
}
