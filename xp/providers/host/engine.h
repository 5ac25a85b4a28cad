/* The block interpreter: what it knows about a program while it runs it.
 *
 * A plan is the index space put into the order in which it is walked. Its last axes, the run, are walked in blocks of
 * consecutive indices (in the plan's order); the axes before them one index at a time. The code is the program with a
 * register for every value that is not in memory as it is. A worker is one thread's state: where it stands, and its
 * registers. Whatever the block's length, a value depends on its own index alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_ENGINE_H
#define HOST_ENGINE_H

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"
#include "graph/operation.h"
#include "graph/reduction.h"
#include "providers/host/chain/chain.h"
#include "providers/host/cpu.h"
#include "providers/host/moves/moves.h"

#define HOST_VALUES (XP_PROGRAM_INPUTS + XP_PROGRAM_STEPS)
#define HOST_OPERANDS (XP_PROGRAM_INPUTS + XP_PROGRAM_OUTPUTS) /* inputs by their number, then outputs */
#define HOST_OUTPUT(output) (XP_PROGRAM_INPUTS + (output))

/* How to run; all zero but for the instruction set in use, other values are for tests. */
typedef struct host_settings {
    xp_isa isa;
    int threads;          /* 0: as many as pay */
    int64_t block_bytes;  /* of a register; 0: as the program needs it */
    int64_t cache_bytes;  /* larger outputs are written past the caches; 0: as large as the machine's are */
} host_settings;

xp_status host_execute(const host_settings *settings, const xp_program *program, const xp_operands *operands);

/* ---- plan.c ------------------------------------------------------------------------------------------------------ */

typedef struct host_axis {
    int64_t extent; /* at least 2 */
    bool reduced;
    int64_t strides[HOST_OPERANDS]; /* of the operands in use */
} host_axis;

typedef struct host_plan {
    const xp_program *program;
    const xp_operands *operands;
    uint32_t outputs;                /* bit i: output i is made by this plan */
    uint8_t needed[HOST_VALUES];     /* values that these outputs depend on */
    int n_used;
    uint8_t used[HOST_OPERANDS];     /* operands with strides: needed arrays and coordinates, and stored outputs */
    uint64_t turned;                 /* inputs that tiles hand over turned and dense */
    int64_t size;
    int n_axes;
    host_axis axes[XP_MAX_NDIM];     /* outermost first */
} host_plan;

/* The order of the program's axes that suits these outputs, outermost first, without those of extent 1. Returns their
 * number. For reductions it depends only on the inputs that the reduced values depend on. */
int host_plan_order(const xp_program *program, const xp_operands *operands, uint32_t outputs, int order[XP_MAX_NDIM]);

/* A plan for some of the outputs. Neighbouring axes become one wherever every operand allows it. */
void host_plan_make(host_plan *plan, const xp_program *program, const xp_operands *operands, uint32_t outputs,
                    int n_axes, const int *order);

/* What the steps of a plan cost one thread for each index, in nanoseconds, memory apart. */
double host_plan_cost(const host_plan *plan);

/* Bytes that a plan reads and writes. */
double host_plan_bytes(const host_plan *plan);

/* ---- access.c: how an operand is reached from the indices of the run --------------------------------------------- */

typedef enum host_access_kind {
    HOST_DIRECT,   /* contiguous: used where it lies */
    HOST_CONSTANT, /* the same element everywhere: a register is filled once */
    HOST_PATTERN,  /* repeats after `period` elements, which divides every block: a register is filled once */
    HOST_COPIED    /* anything else: copied to (from) a register block by block */
} host_access_kind;

typedef struct host_access {
    uint8_t kind;
    uint8_t bytes;        /* of an element */
    bool coordinate;
    int n_axes;           /* its own: neighbours that it sees as one are one. Innermost first. */
    int64_t period;       /* 0: does not repeat */
    int64_t extents[XP_MAX_NDIM], strides[XP_MAX_NDIM];
} host_access;

void host_access_make(host_access *access, int n_axes, const int64_t *extents, const int64_t *strides, size_t bytes,
                      bool coordinate);

/* Elements [start, start + n) of the run from memory into a register, and back. `address` is that of the run's first
 * element (of a coordinate its value there). */
void host_load(const host_moves *moves, const host_access *access, int64_t address, int64_t start, int64_t n, char *to);
void host_store(const host_moves *moves, const host_access *access, int64_t address, int64_t start, int64_t n,
                const char *from);

/* ---- code.c ------------------------------------------------------------------------------------------------------ */

typedef struct host_instruction {
    xp_loop *loop;       /* NULL: loads input `output` into its register */
    uint8_t arity;
    uint8_t chain;       /* 1 + the number of the chain that begins here; 0: none does */
    uint16_t output;     /* numbers of values */
    uint16_t inputs[3];
} host_instruction;

typedef struct host_binding { /* an output and the value that it gets */
    uint16_t value;
    uint8_t output;
    uint8_t bytes;       /* of an element */
    bool streams;        /* past the caches: larger than they are */
} host_binding;

#define HOST_CHAINS 40
#define HOST_CHAIN_LINKS 512
#define HOST_CHAIN_SLOTS 8 /* values that chains keep for themselves, a strip each */

typedef struct host_chain {
    uint16_t count;      /* instructions */
    uint16_t link;       /* the first one's number */
    uint8_t bytes;       /* of an element */
} host_chain;

typedef struct host_code {
    int n_instructions, n_fills, n_direct, n_results, n_stores, n_registers;
    host_instruction instructions[XP_PROGRAM_STEPS + XP_PROGRAM_INPUTS];
    uint8_t fills[XP_PROGRAM_INPUTS];            /* inputs whose registers are filled when their address changes */
    uint8_t direct[XP_PROGRAM_INPUTS];           /* inputs read where they lie */
    host_binding results[XP_PROGRAM_OUTPUTS];    /* values computed right where the output lies */
    host_binding stores[XP_PROGRAM_OUTPUTS];     /* values copied to the output when the block is done with */
    int n_chains, n_links, n_slots;
    host_chain chains[HOST_CHAINS];
    host_link links[HOST_CHAIN_LINKS];
    uint64_t brief_fills;                        /* bit i: of input i only chains and their ends read the register */
    int16_t registers[HOST_VALUES];              /* -1: the value has none */
    int64_t width;                               /* bytes of the widest element in a register; if there is none, of any */
} host_code;

/* ---- interpret.c ------------------------------------------------------------------------------------------------- */

/* A plan made ready to run; shared by its workers. */
typedef struct host_job {
    const host_settings *settings;
    const host_moves *moves;
    const host_links *links;
    const host_plan *plan;
    int first;                /* the run's first axis */
    int64_t run;              /* indices in a run */
    int64_t limit;            /* elements in a register */
    size_t pitch;             /* bytes from register to register */
    host_code code;
    host_access accesses[HOST_OPERANDS]; /* of operands in use, and of scalars */
} host_job;

void host_code_make(host_job *job);

/* chain/chain.c: whether a step can be part of a chain; and the chains of the job's code. */
bool host_chain_takes(const xp_step *step);
void host_chains_make(host_job *job);

/* Axes from `first` on are the run. Blocks start at multiples of `align` (0: of the job's limit). */
void host_job_make(host_job *job, const host_settings *settings, const host_plan *plan, int first, int64_t align);

typedef struct host_worker {
    const host_job *job;
    const host_access *accesses;     /* the job's, or the tile's */
    int64_t run;                     /* indices in the run, or in the tile */
    int64_t index[XP_MAX_NDIM];      /* where it stands along the axes before the run */
    int64_t address[HOST_OPERANDS];  /* of each operand's element there, at the run's start */
    int64_t filled[XP_PROGRAM_INPUTS]; /* the address that a filled register was filled from */
    bool is_filled[XP_PROGRAM_INPUTS];
    char *pointers[HOST_VALUES + HOST_CHAIN_SLOTS]; /* where each value of the current block lies */
} host_worker;

/* Bytes that a worker of the job needs for its registers (a multiple of 64). */
size_t host_worker_bytes(const host_job *job);
void host_worker_start(host_worker *worker, const host_job *job, char *memory);

/* Goes to an index along an axis before the run. */
static inline void host_worker_set(host_worker *worker, int axis, int64_t index)
{
    int64_t by = index - worker->index[axis];
    if (by == 0)
        return;
    const host_plan *plan = worker->job->plan;
    worker->index[axis] = index;
    for (int i = 0; i < plan->n_used; i++)
        worker->address[plan->used[i]] += by * plan->axes[axis].strides[plan->used[i]];
}

/* Goes to the flat index `position` along axes [first, last). */
void host_worker_seek(host_worker *worker, int first, int last, int64_t position);

/* Computes the values of elements [start, start + n) of the run, n at most the job's limit: worker->pointers says where
 * they are. Nothing that a reader of these values reads is overwritten before host_worker_commit, which writes what
 * outputs are still to be written. */
void host_worker_block(host_worker *worker, int64_t start, int64_t n);
void host_worker_commit(host_worker *worker, int64_t start, int64_t n);

/* Memory for `count` workers: `local` if that suffices. NULL if there is none; free with host_workers_free. */
#define HOST_LOCAL_BYTES 24576
char *host_workers_memory(size_t each, int count, char *local);
void host_workers_free(char *memory, size_t each, int count, const char *local);

/* ---- elementwise.c, tiles.c, reduce.c: whole plans --------------------------------------------------------------- */

xp_status host_elementwise(const host_settings *settings, host_plan *plan);

/* Whether an operand lies across the plan, so that it is better walked in tiles; moves that axis next to the
 * innermost if so. */
bool host_tiles_suit(host_plan *plan);
xp_status host_tiles(const host_settings *settings, host_plan *plan);

xp_status host_reduce(const host_settings *settings, const xp_program *program, const xp_operands *operands);

#endif
