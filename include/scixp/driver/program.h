/* A fused piece of work as a driver gets it: a program (what to do) and operands (to what).
 *
 * A program runs over an index space of `ndim` axes. Each of its values is numbered: first the inputs, then the
 * steps, in the order in which they can be computed (each value is assigned once). Outputs either store a value for
 * every index, or reduce it over the axes in `reduced`. Programs hold no addresses and no numbers: the same program
 * serves every shape, offset and scalar, so a driver may keep what it compiled under the program's key.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_DRIVER_PROGRAM_H
#define SCIXP_DRIVER_PROGRAM_H

#include "memory.h"
#include "operation.h"

#ifdef __cplusplus
extern "C" {
#endif

#define XP_PROGRAM_STEPS 160  /* the most that a program can have: the graph cuts at 128, casts come on top */
#define XP_PROGRAM_INPUTS 48
#define XP_PROGRAM_OUTPUTS 16

typedef enum xp_input_kind {
    XP_INPUT_ARRAY,      /* elements of a buffer */
    XP_INPUT_SCALAR,     /* one value, given with the operands */
    XP_INPUT_COORDINATE  /* int64: offset + sum of index * stride, no memory at all */
} xp_input_kind;

typedef struct xp_input {
    uint8_t kind;  /* an xp_input_kind */
    uint8_t dtype;
} xp_input;

typedef struct xp_step {
    const xp_operation *operation;
    uint8_t dtype;        /* in which it computes: the dtype of its inputs (of the last two, for where) */
    uint8_t result_dtype;
    uint16_t inputs[3];   /* numbers of values; operation->arity of them */
} xp_step;

typedef struct xp_output {
    uint16_t value;                /* the value stored or reduced */
    uint8_t dtype;                 /* of the output's elements */
    const xp_reduction *reduction; /* NULL: stored for every index */
    double correction;             /* of var and std */
} xp_output;

typedef struct xp_program {
    int n_inputs, n_steps, n_outputs;
    xp_input inputs[XP_PROGRAM_INPUTS];
    xp_step steps[XP_PROGRAM_STEPS];   /* step i makes value n_inputs + i */
    xp_output outputs[XP_PROGRAM_OUTPUTS];
} xp_program;

/* One operand: elements of a buffer over the program's axes. `strides` are in bytes, 0 along broadcast axes; for an
 * output of a reduction they are 0 along the reduced axes. */
typedef struct xp_operand {
    xp_buffer *buffer;  /* NULL for scalars and coordinates */
    int64_t offset;     /* bytes; of a coordinate the value at index 0 */
    xp_value scalar;
    int64_t strides[XP_MAX_NDIM];
} xp_operand;

typedef struct xp_operands {
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    uint32_t reduced;   /* bit i: axis i is reduced by the outputs that reduce */
    xp_operand inputs[XP_PROGRAM_INPUTS];
    xp_operand outputs[XP_PROGRAM_OUTPUTS]; /* never overlap each other; may be the very elements of an input whose
                                               buffer is reused (same offset, strides and element size) */
} xp_operands;

#ifdef __cplusplus
}
#endif
#endif
