/* The CUDA plug-in on the real libraries, which need no device to compile, and to say why there is none.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* memmem */
#include <criterion/criterion.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_plugin.h"
#include "providers/cuda/vendor/helpers_text.h"

static const char good[] = "extern \"C\" __global__ void twice(const float *x, float *out, long long n)\n"
                           "{\n"
                           "    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;\n"
                           "    if (i < n)\n"
                           "        out[i] = x[i] * 2.0f + 1.0f;\n"
                           "}\n";

/* Skips the test where NVRTC is not there; the message says so. */
static const runtime *with_nvrtc(const char *architecture)
{
    const runtime *cuda = cuda_plugin_on(NULL);
    runtime_blob blob;
    setenv("SCIXP_CUDA_ARCH", "sm_90", 1);
    runtime_status status = cuda->compile(0, good, NULL, &blob, NULL);
    if (status == RUNTIME_FAILED && strncmp(cuda->message(), "no compiler: ", 13) == 0)
        cr_skip_test("%s", cuda->message());
    cr_assert_eq(status, RUNTIME_OK, "%s", cuda->message());
    free(blob.data);
    setenv("SCIXP_CUDA_ARCH", architecture, 1);
    return cuda;
}

Test(cuda_nvrtc, a_text_becomes_a_cubin)
{
    const runtime *cuda = with_nvrtc("sm_90");
    runtime_blob blob;
    char *log;
    cr_assert_eq(cuda->compile(0, good, NULL, &blob, &log), RUNTIME_OK, "%s", cuda->message());
    Elf64_Ehdr header;
    cr_assert_geq(blob.bytes, sizeof header);
    memcpy(&header, blob.data, sizeof header);
    cr_expect_arr_eq(header.e_ident, ELFMAG, SELFMAG);
    cr_expect_eq(header.e_machine, EM_CUDA);
    cr_expect_not_null(memmem(blob.data, blob.bytes, "twice", 5));
    free(blob.data);
    free(log);
}

Test(cuda_nvrtc, kernels_of_the_plug_in)
{
    static const char *const architectures[] = {"sm_80", "sm_90", "sm_120"};
    const runtime *cuda = with_nvrtc("sm_90");
    for (int i = 0; i < 3; i++) {
        runtime_blob blob;
        char *log;
        setenv("SCIXP_CUDA_ARCH", architectures[i], 1);
        cr_assert_eq(cuda->compile(0, helpers_text, NULL, &blob, &log), RUNTIME_OK, "%s", log);
        cr_expect_null(log, "%s", log);
        cr_expect_not_null(memmem(blob.data, blob.bytes, "determinant_complex_double", 26));
        free(blob.data);
    }
}

Test(cuda_nvrtc, newer_devices_get_text)
{
    const runtime *cuda = with_nvrtc("sm_999");
    runtime_blob blob;
    cr_assert_eq(cuda->compile(0, good, NULL, &blob, NULL), RUNTIME_OK, "%s", cuda->message());
    cr_expect_not_null(strstr(blob.data, ".visible .entry twice"));
    cr_expect_eq(((const char *)blob.data)[blob.bytes - 1], '\0');
    free(blob.data);
}

Test(cuda_nvrtc, products_and_sums_round_apart)
{
    const runtime *cuda = with_nvrtc("sm_999");
    runtime_blob blob;
    cr_assert_eq(cuda->compile(0, good, NULL, &blob, NULL), RUNTIME_OK);
    cr_expect_null(strstr(blob.data, "fma.rn.f32"));
    cr_expect_not_null(strstr(blob.data, "add.rn.f32"));
    free(blob.data);
}

Test(cuda_nvrtc, errors_of_the_text_are_in_the_log)
{
    const runtime *cuda = with_nvrtc("sm_90");
    runtime_blob blob;
    char *log;
    cr_expect_eq(cuda->compile(0, "extern \"C\" __global__ void bad() { nonsense(); }", NULL, &blob, &log),
                 RUNTIME_NOT_COMPILED);
    cr_assert_not_null(log);
    cr_expect_not_null(strstr(log, "nonsense"), "%s", log);
    cr_expect_null(blob.data);
    free(log);
}

Test(cuda_nvrtc, architectures_that_nobody_has)
{
    const runtime *cuda = with_nvrtc("sm_20");
    runtime_blob blob;
    cr_expect_eq(cuda->compile(0, good, NULL, &blob, NULL), RUNTIME_FAILED);
    cr_expect_not_null(strstr(cuda->message(), "sm_20"), "%s", cuda->message());
    setenv("SCIXP_CUDA_ARCH", "hopper", 1);
    cr_expect_eq(cuda->compile(0, good, NULL, &blob, NULL), RUNTIME_FAILED);
    cr_expect_not_null(strstr(cuda->message(), "SCIXP_CUDA_ARCH"), "%s", cuda->message());
}

Test(cuda_nvrtc, without_a_device_there_is_a_reason)
{
    const runtime *cuda = cuda_plugin_on(NULL);
    if (cuda->n_devices)
        cr_skip_test("there is a device");
    cr_expect_gt(strlen(cuda->message()), 10);
    runtime_device about;
    void *memory;
    cr_expect_eq(cuda->describe(0, &about), RUNTIME_FAILED);
    cr_expect_eq(cuda->allocate(0, 16, &memory), RUNTIME_FAILED);
    cr_expect_not_null(strstr(cuda->message(), "no device 0"), "%s", cuda->message());
}
