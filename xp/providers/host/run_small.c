/* The driver's `run_small`: one step over a few elements, with as little around its loop as can be.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/cpu.h"
#include "providers/host/host.h"

/* Bytes that a scalar operand may take when it is repeated on the stack. */
#define REPEATED_BYTES 8192

static const void *element_of(const xp_operand *operand)
{
    return operand->buffer ? (const void *)xp_host_address(operand->buffer, operand->offset)
                           : (const void *)&operand->scalar;
}

#define REPEAT(T)                                                                                                      \
    do {                                                                                                               \
        const T value = *(const T *)from;                                                                              \
        for (int64_t i = 0; i < n; i++)                                                                                \
            ((T *)to)[i] = value;                                                                                      \
    } while (0)

typedef uint16_t any_2 __attribute__((may_alias));
typedef uint32_t any_4 __attribute__((may_alias));
typedef uint64_t any_8 __attribute__((may_alias, aligned(4)));
typedef struct any_16 {
    uint64_t low, high;
} __attribute__((may_alias)) any_16;

static void repeat(char *to, const void *from, int64_t n, size_t bytes)
{
    switch (bytes) {
    case 1:
        memset(to, *(const unsigned char *)from, (size_t)n);
        break;
    case 2:
        REPEAT(any_2);
        break;
    case 4:
        REPEAT(any_4);
        break;
    case 8:
        REPEAT(any_8);
        break;
    default:
        REPEAT(any_16);
        break;
    }
}

static uint8_t operand_dtype(const xp_step *step, int i)
{
    return step->operation->rule == XP_RULE_SELECT && i == 0 ? XP_BOOL : step->dtype;
}

/* With scalars among the operands: they are repeated, a stretch of the output at a time. */
static void run_with_scalars(xp_loop *loop, const xp_step *step, int64_t n, uint32_t scalars,
                                  const xp_operand *inputs, char *output)
{
    char repeated[3][REPEATED_BYTES] __attribute__((aligned(64)));
    const char *starts[3];
    size_t bytes[3];
    int64_t most = n;
    int used = 0;
    for (int i = 0; i < step->operation->arity; i++) {
        bytes[i] = xp_dtype_bytes(operand_dtype(step, i));
        starts[i] = element_of(&inputs[i]);
        if ((scalars >> i & 1) && most > (int64_t)(REPEATED_BYTES / bytes[i]))
            most = (int64_t)(REPEATED_BYTES / bytes[i]);
    }
    for (int i = 0; i < step->operation->arity; i++) {
        if (!(scalars >> i & 1))
            continue;
        repeat(repeated[used], starts[i], most, bytes[i]);
        starts[i] = repeated[used++];
        bytes[i] = 0;
    }
    size_t out_bytes = xp_dtype_bytes(step->result_dtype);
    for (int64_t done = 0; done < n; done += most) {
        const void *at[3];
        for (int i = 0; i < step->operation->arity; i++)
            at[i] = starts[i] + (size_t)done * bytes[i];
        loop(n - done < most ? n - done : most, at, output + (size_t)done * out_bytes);
    }
}

xp_status host_run_small(const struct xp_device *device, const xp_step *step, int64_t n, uint32_t scalars,
                         const xp_operand *inputs, const xp_operand *output)
{
    (void)device;
    const xp_operation *operation = step->operation;
    int row = operation->rule == XP_RULE_CAST ? step->dtype * XP_N_DTYPES + step->result_dtype : step->dtype;
    xp_loop *loop = operation->loops(host_isa())[row];
    if (__builtin_expect(!loop, 0))
        return xp_driver_error(XP_ERROR_UNSUPPORTED, "%s does not take %s on this device", operation->name,
                               xp_dtype_name(step->dtype));
    char *to = xp_host_address(output->buffer, output->offset);
    if (scalars != 0 && n != 1) {
        run_with_scalars(loop, step, n, scalars, inputs, to);
        return XP_OK;
    }
    const void *at[3];
    for (int i = 0; i < operation->arity; i++)
        at[i] = element_of(&inputs[i]);
    loop(n, at, to);
    return XP_OK;
}
