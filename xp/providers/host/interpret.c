/* Running a program block by block: a worker's registers, and the loop over its instructions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/host/engine.h"
#include "providers/host/host.h"

/* Registers of these sizes keep a program's working set in the first level cache. */
#define BLOCK_BYTES 4096
#define BLOCK_BYTES_MANY 2048     /* with many registers */
#define MANY_REGISTERS 8
#define BLOCK_BYTES_FEW 8192      /* where a call costs more than it computes, or no register is in between */
#define FEW_ELEMENTS 10000
#define BLOCK_BYTES_NONE 32768    /* everything is read and written where it lies */
#define MAX_PERIOD 512            /* elements of a pattern */
#define BRIEF_FILL (HOST_STRIP_BYTES / 4) /* elements of a constant for what a chain leaves over */
#define REGISTER_GAP 192          /* so that registers do not lie at the same place of a page */

/* ---- jobs -------------------------------------------------------------------------------------------------------- */

static size_t operand_bytes(const xp_program *program, int number)
{
    return xp_dtype_bytes(number < XP_PROGRAM_INPUTS ? program->inputs[number].dtype
                                                     : program->outputs[number - XP_PROGRAM_INPUTS].dtype);
}

static bool is_coordinate(const xp_program *program, int number)
{
    return number < XP_PROGRAM_INPUTS && program->inputs[number].kind == XP_INPUT_COORDINATE;
}

static void make_accesses(host_job *job)
{
    const host_plan *plan = job->plan;
    int n = plan->n_axes - job->first;
    int64_t extents[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    for (int axis = 0; axis < n; axis++)
        extents[axis] = plan->axes[job->first + axis].extent;
    for (int i = 0; i < plan->n_used; i++) {
        int k = plan->used[i];
        for (int axis = 0; axis < n; axis++)
            strides[axis] = plan->axes[job->first + axis].strides[k];
        host_access_make(&job->accesses[k], n, extents, strides, operand_bytes(plan->program, k),
                         is_coordinate(plan->program, k));
        if (k < XP_PROGRAM_INPUTS && (plan->turned >> k & 1))
            job->accesses[k].kind = HOST_DIRECT;
    }
    for (int i = 0; i < plan->program->n_inputs; i++)
        if (plan->needed[i] && plan->program->inputs[i].kind == XP_INPUT_SCALAR)
            host_access_make(&job->accesses[i], 1, (int64_t[]){2}, (int64_t[]){0}, operand_bytes(plan->program, i),
                             false);
}

/* Inputs that repeat after at most `most` elements become patterns, others of them are copied. Returns the longest
 * period; each divides it, for they are products of innermost extents. */
static int64_t choose_patterns(host_job *job, int64_t most, int64_t align)
{
    int64_t longest = 1;
    for (int i = 0; i < job->plan->n_used && job->plan->used[i] < XP_PROGRAM_INPUTS; i++) {
        host_access *access = &job->accesses[job->plan->used[i]];
        if (access->kind == HOST_DIRECT || access->period == 0)
            continue;
        bool fits = access->period <= most && align % access->period == 0;
        access->kind = fits ? HOST_PATTERN : HOST_COPIED;
        if (fits && access->period > longest)
            longest = access->period;
    }
    return longest;
}

/* `unit` elements are what is wanted at a time, if there is room. */
static int64_t choose_bytes(const host_job *job, int64_t unit)
{
    int64_t wanted = unit * job->code.width;
    if (job->settings->block_bytes > 0)
        return job->settings->block_bytes;
    if (job->code.n_registers == 0)
        return BLOCK_BYTES_NONE;
    if (job->code.n_registers >= MANY_REGISTERS)
        return BLOCK_BYTES_MANY;
    if (job->plan->size <= FEW_ELEMENTS)
        return BLOCK_BYTES_FEW;
    return wanted > BLOCK_BYTES && wanted <= BLOCK_BYTES_FEW ? wanted : BLOCK_BYTES;
}

void host_job_make(host_job *job, const host_settings *settings, const host_plan *plan, int first, int64_t align)
{
    job->settings = settings;
    job->moves = host_moves_for(settings->isa);
    job->links = host_links_for(settings->isa);
    job->plan = plan;
    job->first = first;
    job->run = 1;
    for (int axis = first; axis < plan->n_axes; axis++)
        job->run *= plan->axes[axis].extent;
    make_accesses(job);
    for (int64_t most = MAX_PERIOD;; most = job->limit) {
        int64_t period = choose_patterns(job, most, align);
        host_code_make(job);
        job->limit = choose_bytes(job, align) / job->code.width;
        if (period > job->limit)
            continue;
        job->limit -= job->limit % period;
        break;
    }
    if (job->limit > job->run)
        job->limit = job->run;
    host_chains_make(job);
    job->pitch = (((size_t)(job->limit * job->code.width) + 63) & ~(size_t)63) + REGISTER_GAP;
}

/* ---- workers ----------------------------------------------------------------------------------------------------- */

size_t host_worker_bytes(const host_job *job)
{
    return (size_t)job->code.n_registers * job->pitch + (size_t)job->code.n_slots * HOST_STRIP_BYTES;
}

char *host_workers_memory(size_t each, int count, char *local)
{
    if (each * (size_t)count <= HOST_LOCAL_BYTES)
        return local;
    return xp_pool_alloc(each * (size_t)count);
}

void host_workers_free(char *memory, size_t each, int count, const char *local)
{
    if (memory != local)
        xp_pool_free(memory, each * (size_t)count);
}

static int64_t first_address(const xp_operand *operand)
{
    return operand->buffer ? (int64_t)(intptr_t)xp_host_address(operand->buffer, operand->offset) : operand->offset;
}

void host_worker_start(host_worker *worker, const host_job *job, char *memory)
{
    const host_plan *plan = job->plan;
    const xp_program *program = plan->program;
    worker->job = job;
    worker->accesses = job->accesses;
    worker->run = job->run;
    for (int axis = 0; axis < job->first; axis++)
        worker->index[axis] = 0;
    for (int i = 0; i < plan->n_used; i++) {
        int k = plan->used[i];
        worker->address[k] = first_address(k < XP_PROGRAM_INPUTS ? &plan->operands->inputs[k]
                                                                 : &plan->operands->outputs[k - XP_PROGRAM_INPUTS]);
    }
    for (int i = 0; i < program->n_inputs; i++) {
        worker->is_filled[i] = false;
        if (program->inputs[i].kind == XP_INPUT_SCALAR)
            worker->address[i] = (int64_t)(intptr_t)&plan->operands->inputs[i].scalar;
    }
    for (int v = 0; v < program->n_inputs + program->n_steps; v++)
        worker->pointers[v] = job->code.registers[v] < 0 ? NULL : memory + (size_t)job->code.registers[v] * job->pitch;
    for (int slot = 0; slot < job->code.n_slots; slot++)
        worker->pointers[HOST_VALUES + slot] =
            memory + (size_t)job->code.n_registers * job->pitch + (size_t)slot * HOST_STRIP_BYTES;
}

void host_worker_seek(host_worker *worker, int first, int last, int64_t position)
{
    for (int axis = last - 1; axis >= first; axis--) {
        int64_t extent = worker->job->plan->axes[axis].extent;
        host_worker_set(worker, axis, position % extent);
        position /= extent;
    }
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static void fill_registers(host_worker *worker)
{
    const host_job *job = worker->job;
    int64_t n = job->limit < worker->run ? job->limit : worker->run;
    for (int i = 0; i < job->code.n_fills; i++) {
        int k = job->code.fills[i];
        if (worker->is_filled[k] && worker->filled[k] == worker->address[k])
            continue;
        bool brief = job->code.brief_fills >> k & 1 && n > BRIEF_FILL;
        host_load(job->moves, &worker->accesses[k], worker->address[k], 0, brief ? BRIEF_FILL : n, worker->pointers[k]);
        worker->is_filled[k] = true;
        worker->filled[k] = worker->address[k];
    }
}

static char *element(const host_worker *worker, int operand, int64_t index, size_t bytes)
{
    return (char *)(intptr_t)worker->address[operand] + index * (int64_t)bytes;
}

/* A chain takes whole strips; the loops of its steps do the rest. */
static void run_chain(host_worker *worker, const host_chain *chain, const host_instruction *first, int64_t n)
{
    const host_job *job = worker->job;
    int64_t bytes = n * chain->bytes, whole = bytes - bytes % HOST_STRIP_BYTES;
    if (whole > 0)
        job->links->start(&job->code.links[chain->link], whole, worker->pointers);
    if (whole == bytes)
        return;
    for (const host_instruction *at = first; at < first + chain->count; at++) {
        const void *inputs[3];
        for (int k = 0; k < 3; k++) {
            int v = at->inputs[k];
            bool same = v < job->plan->program->n_inputs && job->accesses[v].kind == HOST_CONSTANT;
            inputs[k] = worker->pointers[v] + (same ? 0 : whole);
        }
        at->loop((bytes - whole) / chain->bytes, inputs, worker->pointers[at->output] + whole);
    }
}

void host_worker_block(host_worker *worker, int64_t start, int64_t n)
{
    const host_job *job = worker->job;
    const host_code *code = &job->code;
    char **pointers = worker->pointers;
    for (int i = 0; i < code->n_direct; i++) {
        int k = code->direct[i];
        pointers[k] = element(worker, k, start, job->accesses[k].bytes);
    }
    for (int i = 0; i < code->n_results; i++) {
        const host_binding *result = &code->results[i];
        pointers[result->value] = element(worker, HOST_OUTPUT(result->output), start, result->bytes);
    }
    fill_registers(worker);
    for (const host_instruction *at = code->instructions, *end = at + code->n_instructions; at < end; at++) {
        if (at->chain) {
            const host_chain *chain = &code->chains[at->chain - 1];
            run_chain(worker, chain, at, n);
            at += chain->count - 1;
        } else if (at->loop) {
            const void *inputs[3] = {pointers[at->inputs[0]], pointers[at->inputs[1]], pointers[at->inputs[2]]};
            at->loop(n, inputs, pointers[at->output]);
        } else {
            host_load(job->moves, &worker->accesses[at->output], worker->address[at->output], start, n,
                      pointers[at->output]);
        }
    }
}

void host_worker_commit(host_worker *worker, int64_t start, int64_t n)
{
    const host_job *job = worker->job;
    for (int i = 0; i < job->code.n_stores; i++) {
        const host_binding *store = &job->code.stores[i];
        int k = HOST_OUTPUT(store->output);
        const char *from = worker->pointers[store->value];
        size_t bytes = (size_t)n * store->bytes;
        char *to = element(worker, k, start, store->bytes);
        if (store->streams)
            job->moves->stream(to, from, bytes);
        else if (job->accesses[k].kind != HOST_DIRECT)
            host_store(job->moves, &worker->accesses[k], worker->address[k], start, n, from);
        else if (to != from)
            memcpy(to, from, bytes);
    }
}
