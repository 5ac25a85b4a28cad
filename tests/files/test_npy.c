/* .npy files: what NumPy wrote, what is damaged, what is written.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* access */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core_support.h"

#define FOLDER GOLDEN_FOLDER "/core/npy/"

static const char *file_of(const char *name, const char *variant)
{
    static char path[512];
    snprintf(path, sizeof path, FOLDER "%s%s.npy", name, variant);
    return path;
}

/* The file that writing x gives is this one, byte for byte. */
static void expect_written(xp_array *x, const char *path)
{
    size_t n_written, n_expected;
    const char *own = core_file_path();
    cr_assert_eq(xp_write_npy(own, x), XP_OK, "%s", xp_error_message());
    char *written = core_read_file(own, &n_written), *expected = core_read_file(path, &n_expected);
    cr_expect(n_written == n_expected && memcmp(written, expected, n_written) == 0, "%s is written differently", path);
    core_forget_file();
    free(written);
    free(expected);
}

CHECKED_TEST(npy, every_dtype_and_version_as_numpy_writes_it)
{
    const char *devices[] = {"host", "strict"};
    for (int d = 0; d < 2; d++) {
        for (int dtype = 1; dtype < XP_BFLOAT16; dtype++) {
            const char *name = xp_dtype_name(dtype);
            char plain[512];
            snprintf(plain, sizeof plain, "%s", file_of(name, ""));
            xp_array *x = xp_read_npy(plain, xp_device(devices[d]));
            xp_array *big = xp_read_npy(file_of(name, "_big"), xp_device(devices[d]));
            cr_assert(xp_ok(x) && xp_ok(big), "%s: %s", name, xp_error_message());
            cr_expect_eq(xp_dtype_of(x), dtype);
            cr_expect_eq(xp_dtype_of(big), dtype);
            cr_expect(xp_ndim(x) == 2 && xp_extent(x, 0) == 2 && xp_extent(x, 1) == 3);
            expect_written(x, plain);
            expect_written(big, plain);
            xp_release(x);
            xp_release(big);
        }
    }
}

CHECKED_TEST(npy, files_have_no_bfloat16)
{
    xp_array *x = xp_ones(XP_SHAPE(2), XP_BFLOAT16, NULL);
    xp_try attempt = xp_try_open();
    cr_expect_eq(xp_write_npy(core_file_path(), x), XP_ERROR_TYPE);
    cr_expect_str_eq(xp_error_message(), "write_npy: .npy files know no bfloat16: cast it to float32");
    cr_expect_eq(xp_try_close(attempt, NULL), XP_ERROR_TYPE);
    xp_release(x);
}

CHECKED_TEST(npy, fortran_order_is_a_view)
{
    for (int dtype = 1; dtype < XP_BFLOAT16; dtype++) {
        char c_order[96], f_order[96];
        size_t bytes = 6 * xp_dtype_bytes(dtype);
        xp_array *x = xp_read_npy(file_of(xp_dtype_name(dtype), ""), NULL);
        xp_array *f = xp_read_npy(file_of(xp_dtype_name(dtype), "_fortran"), NULL);
        cr_assert(xp_ok(x) && xp_ok(f), "%s", xp_error_message());
        cr_expect(xp_extent(f, 0) == 2 && xp_extent(f, 1) == 3);
        cr_expect_eq(f->strides[0], (int64_t)xp_dtype_bytes(dtype));
        cr_assert_eq(xp_to_host(x, c_order, bytes), XP_OK);
        cr_assert_eq(xp_to_host(f, f_order, bytes), XP_OK);
        cr_expect_arr_eq(c_order, f_order, bytes);
        xp_release(x);
        xp_release(f);
    }
}

CHECKED_TEST(npy, shapes_and_column_major_views)
{
    const char *names[] = {"no_dimensions", "one_dimension", "no_elements", "five_dimensions", "column_major"};
    const int ndim[] = {0, 1, 3, 5, 2};
    for (int i = 0; i < 5; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s", file_of(names[i], ""));
        xp_array *x = xp_read_npy(path, NULL);
        cr_assert(xp_ok(x), "%s: %s", names[i], xp_error_message());
        cr_expect_eq(xp_ndim(x), ndim[i]);
        expect_written(x, path);
        xp_release(x);
    }
}

/* ---- damaged files ----------------------------------------------------------------------------------------------- */

static void expect_failure(const void *data, size_t bytes, xp_status code, const char *problem)
{
    int64_t arrays = xp_live_arrays();
    xp_error_clear();
    cr_expect_eq(xp_read_npy(core_write_file(data, bytes), NULL), xp_failed(), "no failure: %s", problem);
    cr_expect_eq(xp_error_code(), code, "%s: %s", problem, xp_error_message());
    cr_expect_not_null(strstr(xp_error_message(), problem), "\"%s\", expected %s", xp_error_message(), problem);
    cr_expect_str_eq(xp_error_function(), "read_npy");
    cr_expect_eq(xp_live_arrays(), arrays);
    xp_error_clear();
    core_forget_file();
}

/* A version 1.0 file with this dictionary and 64 bytes of data. */
static void expect_header_failure(const char *dictionary, xp_status code, const char *problem)
{
    char file[2048] = "\x93NUMPY\x01\x00";
    size_t length = strlen(dictionary);
    file[8] = (char)(length & 0xff);
    file[9] = (char)(length >> 8);
    memcpy(file + 10, dictionary, length);
    expect_failure(file, 10 + length + 64, code, problem);
}

CHECKED_TEST(npy, headers_that_make_no_sense)
{
    static const struct {
        const char *dictionary, *problem;
        xp_status code;
    } cases[] = {
        {"", "is no dictionary", XP_ERROR_IO},
        {"[]", "is no dictionary", XP_ERROR_IO},
        {"{}", "lacks dtype, order or shape", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False}", "lacks dtype, order or shape", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), ", "no string where one should be", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,", "no shape of whole numbers", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x", "goes on after its end", XP_ERROR_IO},
        {"{'descr': '<f8', 'descr': '<f8', 'shape': (2,)}", "entry that should not be there", XP_ERROR_IO},
        {"{'descr': '<f8', 'other': False, 'shape': (2,)}", "entry that should not be there", XP_ERROR_IO},
        {"{'descr: '<f8', 'fortran_order': False, 'shape': (2,)}", "entry that should not be there", XP_ERROR_IO},
        {"{'descr' '<f8', 'fortran_order': False, 'shape': (2,)}", "no colon", XP_ERROR_IO},
        {"{'descr': '<f8' 'fortran_order': False, 'shape': (2,)}", "no comma", XP_ERROR_IO},
        {"{'descr': '<f8, 'fortran_order': False, 'shape': (2,)}", "its dtype is none", XP_ERROR_TYPE},
        {"{'descr': '<f8", "string without an end", XP_ERROR_IO},
        {"{'descr': 8, 'fortran_order': False, 'shape': (2,)}", "no string where one should be", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}", "True or False", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': 2}", "has no shape", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2)}", "shape has no comma", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2 2)}", "shape has no comma", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}", "no shape of whole numbers", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2.5,)}", "shape has no comma", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808,)}", "too large", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "too large", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,)}", "too large", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", "is cut off", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (9,)}", "is cut off", XP_ERROR_IO},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
         "1,1,1,1)}", "more than 32 dimensions", XP_ERROR_IO},
        {"{'descr': '<V2', 'fortran_order': False, 'shape': (2,)}", "its dtype is none of the 14 that files have",
         XP_ERROR_TYPE},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", "its dtype is none of the 14 that files have",
         XP_ERROR_TYPE},
        {"{'descr': '<U3', 'fortran_order': False, 'shape': (2,)}", "its dtype is none of the 14 that files have",
         XP_ERROR_TYPE},
        {"{'descr': '', 'fortran_order': False, 'shape': (2,)}", "its dtype is none of the 14 that files have",
         XP_ERROR_TYPE},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}", "holds records", XP_ERROR_TYPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_header_failure(cases[i].dictionary, cases[i].code, cases[i].problem);
}

CHECKED_TEST(npy, headers_written_by_others)
{
    static const char *const dictionaries[] = {
        "{\"shape\": (2L, 4L), \"fortran_order\": False, \"descr\": \"<f8\"}\n",
        "  {'descr':'f8','fortran_order':False,'shape':(2,4)}",
        "{ 'fortran_order' : False , 'shape' : ( 2 , 4 , ) , 'descr' : '=f8' , }\t\r\n",
    };
    for (int i = 0; i < 3; i++) {
        char file[512] = "\x93NUMPY\x01\x00";
        size_t length = strlen(dictionaries[i]);
        file[8] = (char)length;
        memcpy(file + 10, dictionaries[i], length);
        xp_array *x = xp_read_npy(core_write_file(file, 10 + length + 64), NULL);
        cr_expect(xp_ok(x) && xp_extent(x, 0) == 2 && xp_extent(x, 1) == 4, "%d: %s", i, xp_error_message());
        xp_release(x);
    }
    core_forget_file();
}

CHECKED_TEST(npy, a_file_cut_anywhere_fails)
{
    size_t bytes;
    char *whole = core_read_file(file_of("float64", ""), &bytes);
    for (size_t length = 0; length < bytes; length++)
        expect_failure(whole, length, XP_ERROR_IO, length < 8 ? "is no .npy file" : "is cut off");
    free(whole);
}

CHECKED_TEST(npy, any_changed_byte_fails_or_reads)
{
    static const unsigned char changes[] = {0x00, 0xff, ' ', '\'', '(', '9', '}', '\n'};
    size_t bytes;
    char *whole = core_read_file(file_of("int16", ""), &bytes);
    for (size_t at = 0; at < 128; at++) {
        for (size_t i = 0; i < sizeof changes; i++) {
            char kept = whole[at];
            whole[at] = (char)changes[i];
            xp_array *x = xp_read_npy(core_write_file(whole, bytes), NULL);
            cr_expect(xp_ok(x) || xp_error_code() == XP_ERROR_IO || xp_error_code() == XP_ERROR_TYPE);
            xp_release(x);
            xp_error_clear();
            whole[at] = kept;
        }
    }
    core_forget_file();
    free(whole);
}

CHECKED_TEST(npy, other_files)
{
    expect_failure("\x93NUMPX\x01\x00", 8, XP_ERROR_IO, "is no .npy file");
    expect_failure("\x93NUMPY\x04\x00\x00\x00", 10, XP_ERROR_IO, "a version other than");
    expect_failure("\x93NUMPY\x01\x01\x00\x00", 10, XP_ERROR_IO, "a version other than");
    expect_failure("\x93NUMPY\x02\x00\xff\xff\xff\xff{", 13, XP_ERROR_IO, "is cut off");
    cr_expect_not(xp_ok(xp_read_npy("/nowhere/at/all.npy", NULL)));
    cr_expect_str_eq(xp_error_message(),
                     "read_npy: /nowhere/at/all.npy: cannot be opened: No such file or directory");
    xp_error_clear();
    cr_expect_not(xp_ok(xp_read_npy("/tmp", NULL)));
    cr_expect_str_eq(xp_error_message(), "read_npy: /tmp: is no regular file");
    xp_error_clear();
    cr_expect_not(xp_ok(xp_read_npy(NULL, NULL)));
    cr_expect_str_eq(xp_error_message(), "read_npy: path is not given");
}

CHECKED_TEST(npy, writing_fails_with_a_reason)
{
    xp_array *x = core_vector(100000), *scalar = xp_scalar(1.0);
    cr_expect_eq(xp_write_npy("/nowhere/x.npy", x), XP_ERROR_IO);
    cr_expect_str_eq(xp_error_message(),
                     "write_npy: /nowhere/x.npy: cannot be opened for writing: No such file or directory");
    xp_error_clear();
    if (access("/dev/full", F_OK) == 0) {
        cr_expect_eq(xp_write_npy("/dev/full", x), XP_ERROR_IO);
        cr_expect_str_eq(xp_error_message(), "write_npy: /dev/full: cannot be written: No space left on device");
        xp_error_clear();
    }
    cr_expect_eq(xp_write_npy("/tmp/never-written.npy", scalar), XP_ERROR_TYPE);
    xp_error_clear();
    cr_expect_eq(xp_write_npy("/tmp/never-written.npy", NULL), XP_ERROR_VALUE);
    cr_expect_str_eq(xp_error_message(), "write_npy: x is not given");
    xp_release(scalar);
    xp_release(x);
}

CHECKED_TEST(npy, every_allocation_fails_in_turn)
{
    const char *devices[] = {"host", "strict"};
    for (int d = 0; d < 2; d++) {
        const struct xp_device *device = xp_device(devices[d]);
        xp_array *view = xp_read_npy(file_of("float64", "_fortran"), device);
        const char *own = core_file_path();
        for (int n = 1, fired = 1; fired; n++) {
            xp_error_clear();
            xp_fault_arm(n);
            xp_array *x = xp_read_npy(file_of("float64", "_fortran"), device);
            xp_status status = xp_ok(x) ? xp_write_npy(own, x) : XP_ERROR_MEMORY;
            fired = xp_fault_fired();
            xp_fault_arm(0);
            cr_expect_eq(status, fired ? XP_ERROR_MEMORY : XP_OK, "%s", xp_error_message());
            cr_expect_eq(xp_error_code(), fired ? XP_ERROR_MEMORY : XP_OK);
            xp_release(x);
            cr_assert_lt(n, 100);
        }
        core_forget_file();
        xp_release(view);
    }
}
