/* .npz files: what NumPy wrote, what is damaged, what is written.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* access */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core_support.h"

#include "files/npz.h"

#define NPY_FOLDER GOLDEN_FOLDER "/core/npy/"
#define NPZ_FOLDER GOLDEN_FOLDER "/files/"

/* The array called `name` is the one in this .npy file. */
static void expect_as_in_file(xp_npz *archive, const char *name, const char *file, const struct xp_device *device)
{
    char path[512];
    snprintf(path, sizeof path, NPY_FOLDER "%s.npy", file);
    xp_array *expected = xp_read_npy(path, NULL), *x = xp_npz_read(archive, name, device);
    cr_assert(xp_ok(x) && xp_ok(expected), "%s: %s", name, xp_error_message());
    const char *difference = support_differ(x, expected);
    cr_assert_null(difference, "%s: %s", name, difference);
    xp_release(x);
    xp_release(expected);
}

static xp_npz *open_golden(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, NPZ_FOLDER "%s", name);
    xp_npz *archive = xp_npz_open(path);
    cr_assert_not_null(archive, "%s", xp_error_message());
    return archive;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

CHECKED_TEST(npz, every_array_as_numpy_writes_it)
{
    const char *files[] = {"stored.npz", "deflated.npz"}, *devices[] = {"host", "strict"};
    for (int f = 0; f < 2; f++) {
        xp_npz *archive = open_golden(files[f]);
        cr_assert_eq(xp_npz_count(archive), 31);
        for (int i = 0; i < xp_npz_count(archive); i++)
            for (int d = 0; d < 2; d++)
                expect_as_in_file(archive, xp_npz_name(archive, i), xp_npz_name(archive, i), xp_device(devices[d]));
        cr_assert(xp_npz_name(archive, 31) == NULL && xp_npz_name(archive, -1) == NULL);
        xp_npz_close(archive);
    }
}

CHECKED_TEST(npz, arrays_without_names_and_no_arrays)
{
    xp_array *x = xp_read_npz(NPZ_FOLDER "positions.npz", "arr_1", NULL);
    const double expected[] = {0, 1, 2, 3};
    xp_assert_close_to(x, expected, XP_FLOAT64, XP_SHAPE(4), 0, 0);
    xp_release(x);
    xp_npz *archive = open_golden("empty.npz");
    cr_assert_eq(xp_npz_count(archive), 0);
    xp_assert_fails(xp_npz_read(archive, "x", NULL), XP_ERROR_VALUE,
                    "npz_read: " NPZ_FOLDER "empty.npz: has no array \"x\"");
    xp_npz_close(archive);
}

/* Sizes with 64 bits; sizes behind the data; comments, other files, names in UTF-8, names that come again, bytes behind
 * an array. */
CHECKED_TEST(npz, archives_of_other_forms)
{
    xp_npz *archive = open_golden("large.npz");
    cr_assert_eq(xp_npz_count(archive), 2);
    expect_as_in_file(archive, "int16", "int16", NULL);
    expect_as_in_file(archive, "first", "int16", NULL);
    xp_npz_close(archive);
    archive = open_golden("streamed.npz");
    expect_as_in_file(archive, "int16", "int16", NULL);
    xp_npz_close(archive);
    archive = open_golden("trailing.npz");
    expect_as_in_file(archive, "int16", "int16", NULL);
    xp_npz_close(archive);
    archive = open_golden("others.npz");
    cr_assert_eq(xp_npz_count(archive), 4);
    cr_assert_str_eq(xp_npz_name(archive, 0), "folder/int16");
    expect_as_in_file(archive, "folder/int16", "int16", NULL);
    expect_as_in_file(archive, "gr\xc3\xb6\xc3\x9f" "e", "int16", NULL);
    expect_as_in_file(archive, "twice", "int16", NULL);
    xp_npz_close(archive);
}

CHECKED_TEST(npz, what_is_not_there)
{
    xp_assert_fails(xp_read_npz("/nowhere/at/all.npz", "x", NULL), XP_ERROR_IO,
                    "read_npz: /nowhere/at/all.npz: cannot be opened: No such file or directory");
    xp_assert_fails(xp_npz_open("/tmp"), XP_ERROR_IO, "npz_open: /tmp: is no regular file");
    xp_assert_fails(xp_npz_open(NULL), XP_ERROR_VALUE, "npz_open: path is not given");
    xp_assert_fails(xp_npz_open(NPY_FOLDER "int16.npy"), XP_ERROR_IO,
                    "npz_open: " NPY_FOLDER "int16.npy: is no .npz file");
    xp_assert_fails(xp_npz_read(NULL, "x", NULL), XP_ERROR_VALUE, "npz_read: archive is not given");
    xp_npz *archive = open_golden("stored.npz");
    xp_assert_fails(xp_npz_read(archive, NULL, NULL), XP_ERROR_VALUE, "npz_read: name is not given");
    xp_assert_fails(xp_npz_read(archive, "int1", NULL), XP_ERROR_VALUE,
                    "npz_read: " NPZ_FOLDER "stored.npz: has no array \"int1\"");
    xp_npz_close(archive);
    xp_npz_close(NULL);
    cr_assert(xp_npz_count(NULL) == 0 && xp_npz_name(NULL, 0) == NULL);
}

/* ---- damaged files ----------------------------------------------------------------------------------------------- */

/* Opens the archive in memory and reads its first array. */
static xp_array *read_from(const char *data, size_t bytes)
{
    xp_npz *archive = xp_npz_open(core_write_file(data, bytes));
    xp_array *x = archive && xp_npz_count(archive) > 0 ? xp_npz_read(archive, xp_npz_name(archive, 0), NULL)
                                                       : xp_failed();
    xp_npz_close(archive);
    return x;
}

/* An archive with one array, in memory; everything in it has 64 bits if `large` is 0. */
static char *written_archive(bool compressed, uint64_t large, size_t *bytes)
{
    static const char *const names[] = {"int16"};
    xp_array *x = xp_read_npy(NPY_FOLDER "int16.npy", NULL);
    const char *path = core_file_path();
    cr_assert_eq(npz_write(path, names, &x, 1, compressed, large), XP_OK, "%s", xp_error_message());
    xp_release(x);
    return core_read_file(path, bytes);
}

/* Nothing but the same array comes out of an archive with another byte in it: checksums see to the data. */
CHECKED_TEST(npz, any_changed_byte_fails_or_changes_nothing)
{
    for (int form = 0; form < 4; form++) {
        size_t bytes;
        char *whole = written_archive(form % 2, form / 2 ? 0 : 1000, &bytes);
        xp_array *x = read_from(whole, bytes);
        xp_assert_ok(x);
        int refused = 0;
        for (size_t at = 0; at < bytes; at++) {
            const char kept = whole[at];
            whole[at] ^= (char)(1 << at % 8);
            xp_array *y = read_from(whole, bytes);
            cr_assert(!xp_ok(y) || !support_differ(y, x), "form %d, byte %zu", form, at);
            refused += !xp_ok(y);
            xp_release(y);
            xp_error_clear();
            whole[at] = kept;
        }
        cr_assert_gt(refused, (int)bytes / 2);
        xp_release(x);
        free(whole);
    }
    core_forget_file();
}

CHECKED_TEST(npz, a_file_cut_anywhere_fails)
{
    const char *files[] = {NPZ_FOLDER "large.npz", NPZ_FOLDER "streamed.npz"};
    for (int f = 0; f < 2; f++) {
        size_t bytes;
        char *whole = core_read_file(files[f], &bytes);
        for (size_t length = 0; length < bytes; length++) {
            xp_error_clear();
            cr_assert_eq(xp_npz_open(core_write_file(whole, length)), NULL);
            cr_assert_eq(xp_error_code(), XP_ERROR_IO);
            cr_assert_not_null(strstr(xp_error_message(), ": is no .npz file"), "%s", xp_error_message());
        }
        xp_error_clear();
        core_forget_file();
        free(whole);
    }
}

/* Where a record with this signature stands, counted from 0. */
static size_t find_record(const char *data, size_t bytes, const char *signature, int which)
{
    for (size_t at = 0; at + 4 <= bytes; at++)
        if (memcmp(data + at, signature, 4) == 0 && which-- == 0)
            return at;
    cr_assert_fail("there is no such record");
    return 0;
}

static void expect_damage(const char *data, size_t bytes, const char *problem, size_t number)
{
    xp_error_clear();
    xp_array *x = read_from(data, bytes);
    cr_assert(!xp_ok(x) && xp_error_code() == XP_ERROR_IO, "case %zu: no failure: %s", number, problem);
    cr_assert_not_null(strstr(xp_error_message(), problem), "case %zu: \"%s\", expected %s", number,
                       xp_error_message(), problem);
    xp_error_clear();
    core_forget_file();
}

#define CENTRAL "PK\x01\x02"

/* Numbers in the directory's first entry, by their place in it, that the file does not bear out. */
CHECKED_TEST(npz, directories_that_lie)
{
    static const struct {
        const char *file;
        size_t place, length;
        const char *bytes, *problem;
    } cases[] = {
        {"streamed.npz", 8, 1, "\x09", "is encrypted"},
        {"streamed.npz", 10, 1, "\x0c", "is compressed by a method other than deflate"},
        {"streamed.npz", 16, 1, "\x00", "its checksum is wrong"},
        {"streamed.npz", 20, 4, "\x08\x00\x00\x00", "its compressed data is cut off"},
        {"streamed.npz", 20, 4, "\xff\xff\xff\x7f", "is not where the directory says"},
        {"trailing.npz", 24, 4, "\x8e\x00\x00\x00", "is longer than it says"},
        {"streamed.npz", 24, 4, "\x8e\x00\x00\x00", "is shorter than it says"},
        {"streamed.npz", 24, 4, "\x80\x00\x00\x00", "is cut off"},
        {"streamed.npz", 24, 4, "\xf0\xff\xff\xff", "its data cannot be as large as it says"},
        {"streamed.npz", 42, 4, "\x01\x00\x00\x00", "is not where the directory says"},
        {"streamed.npz", 42, 4, "\xff\xff\xff\xff", "is not where the directory says"},
        {"streamed.npz", 28, 2, "\xff\xff", "its directory is damaged"},
        {"streamed.npz", 0, 1, "Q", "its directory is damaged"},
        {"streamed.npz", 46, 1, "x", "has another name than in the directory"},
        {"streamed.npz", 46, 1, "\x00", "its directory is damaged"},
        {"positions.npz", 24, 1, "\x01", "its sizes do not fit together"},
        {"large.npz", 46 + 9 + 2, 2, "\x04\x00", "its directory is damaged"},
        {"large.npz", 46 + 9 + 2, 2, "\xff\x00", "its directory is damaged"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t bytes;
        char path[512];
        snprintf(path, sizeof path, NPZ_FOLDER "%s", cases[i].file);
        char *data = core_read_file(path, &bytes);
        size_t entry = find_record(data, bytes, CENTRAL, 0);
        memcpy(data + entry + cases[i].place, cases[i].bytes, cases[i].length);
        expect_damage(data, bytes, cases[i].problem, i);
        free(data);
    }
}

/* The records at the end: how many entries, how long, where. */
CHECKED_TEST(npz, ends_that_lie)
{
    static const struct {
        const char *signature;
        size_t place, length;
        const char *bytes;
    } cases[] = {
        {"PK\x05\x06", 10, 2, "\x02\x00"},
        {"PK\x05\x06", 10, 2, "\xfe\xff"},
        {"PK\x05\x06", 12, 4, "\xff\xff\xff\x00"},
        {"PK\x05\x06", 16, 4, "\xff\xff\xff\x00"},
        {"PK\x05\x06", 16, 4, "\xff\xff\xff\xff"},
        {"PK\x06\x07", 0, 1, "Q"},
        {"PK\x06\x07", 8, 8, "\xff\xff\xff\xff\xff\xff\xff\xff"},
        {"PK\x06\x07", 8, 8, "\x00\x00\x00\x00\x00\x00\x00\x00"},
        {"PK\x06\x06", 0, 1, "Q"},
        {"PK\x06\x06", 32, 8, "\xff\xff\xff\xff\xff\xff\xff\xff"},
        {"PK\x06\x06", 40, 8, "\xff\xff\xff\xff\xff\xff\xff\xff"},
        {"PK\x06\x06", 48, 8, "\xff\xff\xff\xff\xff\xff\xff\xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t bytes;
        bool is_small = cases[i].signature[2] == 5;
        char *data = written_archive(false, is_small ? 1000 : 0, &bytes);
        size_t record = find_record(data, bytes, cases[i].signature, 0);
        memcpy(data + record + cases[i].place, cases[i].bytes, cases[i].length);
        expect_damage(data, bytes, "its directory is damaged", i);
        free(data);
    }
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* Arrays of every kind: each dtype, no dimensions, no elements, column-major, pending, a range. */
static int make_arrays(xp_array **arrays, const struct xp_device *device)
{
    int count = 0;
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
        arrays[count++] = support_ramp(0, 1, dtype, XP_SHAPE(2, 3), device);
    arrays[count++] = support_ramp(3, 1, XP_FLOAT64, XP_SHAPE_0D, device);
    arrays[count++] = xp_zeros(XP_SHAPE(3, 0, 2), XP_INT16, device);
    arrays[count++] = xp_matrix_transpose(arrays[3]);
    arrays[count++] = xp_add(support_ramp(0, 1, XP_FLOAT32, XP_SHAPE(70000), device), xp_scalar(1.0));
    arrays[count++] = xp_get(arrays[4], XP_INDEX(xp_ellipsis(), xp_slice(XP_END, XP_END, -2)));
    arrays[count++] = xp_arange(0, 100000, 1, XP_INT64, device);
    return count;
}

CHECKED_TEST(npz, what_is_written_is_read_again)
{
    const uint64_t limits[] = {0xf0000000u, 0, 500}; /* the usual one; everything with 64 bits; some of it */
    XP_TEST_PROVIDERS(device) {
        for (int form = 0; form < 6; form++) {
            xp_array *arrays[40];
            xp_scope scope = xp_scope_open();
            int count = make_arrays(arrays, device);
            const char *path = core_file_path();
            cr_assert_eq(npz_write(path, NULL, arrays, count, form % 2, limits[form / 2]), XP_OK, "%s",
                         xp_error_message());
            xp_npz *archive = xp_npz_open(path);
            cr_assert_eq(xp_npz_count(archive), count, "%s", xp_error_message());
            for (int i = 0; i < count; i++) {
                xp_array *x = xp_npz_read(archive, xp_npz_name(archive, i), device);
                const char *difference = support_differ(x, arrays[i]);
                cr_assert_null(difference, "array %d: %s", i, difference);
            }
            xp_npz_close(archive);
            core_forget_file();
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(npz, deflate_makes_it_smaller)
{
    size_t stored, deflated;
    xp_array *x = xp_zeros(XP_SHAPE(100000), XP_FLOAT64, NULL);
    const char *path = core_file_path();
    cr_assert_eq(xp_write_npz(path, NULL, &x, 1, false), XP_OK);
    free(core_read_file(path, &stored));
    cr_assert_eq(xp_write_npz(path, NULL, &x, 1, true), XP_OK);
    free(core_read_file(path, &deflated));
    cr_assert(stored > 800000 && deflated < 10000, "%zu, %zu", stored, deflated);
    core_forget_file();
    xp_release(x);
}

/* More members than 16 bits count. */
CHECKED_TEST(npz, many_arrays)
{
    enum { MANY = 70000 };
    xp_array *x = core_vector(1), **arrays = malloc(MANY * sizeof *arrays);
    for (int i = 0; i < MANY; i++)
        arrays[i] = x;
    const char *path = core_file_path();
    cr_assert_eq(xp_write_npz(path, NULL, arrays, MANY, false), XP_OK, "%s", xp_error_message());
    xp_npz *archive = xp_npz_open(path);
    cr_assert_eq(xp_npz_count(archive), MANY);
    cr_assert_str_eq(xp_npz_name(archive, MANY - 1), "arr_69999");
    xp_array *y = xp_npz_read(archive, "arr_69999", NULL);
    xp_assert_equal(y, x);
    xp_npz_close(archive);
    core_forget_file();
    free(arrays);
    xp_release(x);
    xp_release(y);
}

CHECKED_TEST(npz, what_cannot_be_written)
{
    char *endless = malloc(70000);
    memset(endless, 'n', 69999);
    endless[69999] = '\0';
    xp_array *x = core_vector(3), *scalar = xp_scalar(1.0);
    xp_array *pair[] = {x, x}, *hole[] = {x, NULL}, *weak[] = {x, scalar};
    const char *path = core_file_path();
    unlink(path);
    const char *twins[] = {"a", "a"}, *gap[] = {"a", NULL}, *names[] = {"a", "b"}, *too_long[] = {"a", endless};
    xp_assert_fails(xp_write_npz(path, twins, pair, 2, false), XP_ERROR_VALUE,
                    "write_npz: the name \"a\" is given twice");
    xp_assert_fails(xp_write_npz(path, gap, pair, 2, false), XP_ERROR_VALUE, "write_npz: name 1 is not given");
    xp_assert_fails(xp_write_npz(path, too_long, pair, 2, false), XP_ERROR_VALUE, "write_npz: name 1 is too long");
    xp_assert_fails(xp_write_npz(path, names, hole, 2, false), XP_ERROR_VALUE, "write_npz: array 1 is not given");
    xp_assert_fails(xp_write_npz(path, names, weak, 2, false), XP_ERROR_TYPE,
                    "write_npz: needs an array, got a scalar");
    xp_assert_fails(xp_write_npz(path, names, NULL, 2, false), XP_ERROR_VALUE,
                    "write_npz: arrays are 2, expected 0 or more");
    xp_assert_fails(xp_write_npz(NULL, names, pair, 2, false), XP_ERROR_VALUE, "write_npz: path is not given");
    xp_assert_fails(xp_write_npz("/nowhere/x.npz", names, pair, 2, false), XP_ERROR_IO,
                    "write_npz: /nowhere/x.npz: cannot be opened for writing: No such file or directory");
    if (access("/dev/full", F_OK) == 0)
        xp_assert_fails(xp_write_npz("/dev/full", names, pair, 2, true), XP_ERROR_IO, NULL);
    xp_try attempt = xp_try_open();
    xp_array *failed[] = {xp_fail_message(XP_ERROR_INDEX, "test", NULL, "test: an earlier error")};
    cr_assert_eq(xp_write_npz(path, NULL, failed, 1, false), XP_ERROR_INDEX);
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_INDEX);
    cr_assert_neq(access(path, F_OK), 0, "none of these leaves a file");
    cr_assert_eq(xp_write_npz(path, NULL, NULL, 0, false), XP_OK);
    xp_npz *archive = xp_npz_open(path);
    cr_assert(archive && xp_npz_count(archive) == 0);
    xp_npz_close(archive);
    core_forget_file();
    free(endless);
    xp_release(x);
    xp_release(scalar);
}

CHECKED_TEST(npz, every_allocation_fails_in_turn)
{
    const char *files[] = {NPZ_FOLDER "stored.npz", NPZ_FOLDER "deflated.npz"}, *devices[] = {"host", "strict"};
    for (int way = 0; way < 4; way++) {
        const struct xp_device *device = xp_device(devices[way / 2]);
        XP_TEST_EVERY_ALLOCATION(round) {
            xp_scope scope = xp_scope_open();
            xp_npz *archive = xp_npz_open(files[way % 2]);
            xp_array *x = xp_npz_read(archive, "float64_fortran", device);
            cr_assert_eq(xp_ok(x), !xp_test_fault_fired());
            xp_npz_close(archive);
            xp_status status = xp_scope_close(scope);
            xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
        }
    }
}
