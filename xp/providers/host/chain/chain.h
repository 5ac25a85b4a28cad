/* Chains: neighbouring steps of plain floating arithmetic, run without their values passing through memory.
 *
 * A chain is a list of links, each a function that takes eight vectors (a strip), does one thing to them, and calls the
 * next one with them, in registers from first to last. The last link goes back to the first with the next strip. Each
 * link rounds as the loop of its operation does, so the values are the same bits.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_CHAIN_H
#define HOST_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "providers/host/cpu.h"

#define HOST_STRIP_BYTES 512  /* the most that eight vectors have; strips of other instruction sets divide it */

/* An operand: the pointer at this number, plus the strip's offset if `moves` is -1, plus nothing if it is 0. */
typedef struct host_place {
    int32_t moves;
    uint32_t pointer;
} host_place;

typedef struct host_link {
    void (*run)(void);  /* cast to the function type of the instruction set */
    host_place first, second;
} host_link;

/* What a link does to the strip; m and n are its operands in memory, k is a single number. */
typedef enum host_link_kind {
    HOST_LINK_LOAD,          /* m */
    HOST_LINK_LOAD_SCALAR,   /* k */
    HOST_LINK_ADD,           /* strip + m */
    HOST_LINK_ADD_SCALAR,
    HOST_LINK_SUBTRACT,      /* strip - m */
    HOST_LINK_SUBTRACT_SCALAR,
    HOST_LINK_SUBTRACT_FROM, /* m - strip */
    HOST_LINK_SUBTRACT_FROM_SCALAR,
    HOST_LINK_MULTIPLY,
    HOST_LINK_MULTIPLY_SCALAR,
    HOST_LINK_DIVIDE,        /* strip / m */
    HOST_LINK_DIVIDE_SCALAR,
    HOST_LINK_DIVIDE_INTO,   /* m / strip */
    HOST_LINK_DIVIDE_INTO_SCALAR,
    HOST_LINK_ADD_PRODUCT,   /* strip + m n, rounded twice */
    HOST_LINK_ADD_PRODUCT_SCALAR, /* strip + m k */
    HOST_LINK_SUBTRACT_PRODUCT,   /* strip - m n */
    HOST_LINK_SUBTRACT_PRODUCT_SCALAR,
    HOST_LINK_SUBTRACT_FROM_PRODUCT, /* m n - strip */
    HOST_LINK_SUBTRACT_FROM_PRODUCT_SCALAR,
    HOST_LINK_NEGATIVE,
    HOST_LINK_ABS,
    HOST_LINK_SQUARE,
    HOST_LINK_SQRT,
    HOST_LINK_STORE,         /* to m */
    HOST_LINK_STREAM,        /* to m past the caches, where it is aligned to vectors */
    HOST_LINK_REPEAT,        /* the next strip, from first.pointer links before; or the end */
    HOST_N_LINKS
} host_link_kind;

typedef struct host_links {
    void (*float64[HOST_N_LINKS])(void);
    void (*float32[HOST_N_LINKS])(void);
    /* Runs a chain from offset 0 to `bytes`, a multiple of HOST_STRIP_BYTES that is not 0. */
    void (*start)(const host_link *first, int64_t bytes, char *const *pointers);
} host_links;

const host_links *host_links_for(xp_isa isa);

#endif
