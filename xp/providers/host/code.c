/* A program as the interpreter runs it: what is loaded when, which register each value has, what is written where.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/engine.h"
#include "providers/host/host.h"

#define NEVER (-1)
#define ALWAYS (XP_PROGRAM_STEPS + 1) /* still read when the block is done */

typedef struct builder {
    host_job *job;
    const xp_program *program;
    int16_t last_use[HOST_VALUES];       /* the last step that reads the value */
    uint8_t in_memory[HOST_VALUES];      /* has an address of its own: an operand's */
    int16_t free_registers[HOST_VALUES];
    int n_free;
} builder;

static size_t value_bytes(const xp_program *program, int value)
{
    return xp_dtype_bytes(value < program->n_inputs ? program->inputs[value].dtype
                                                    : program->steps[value - program->n_inputs].result_dtype);
}

static bool is_made(const host_plan *plan, int output) { return plan->outputs >> output & 1; }

static void find_last_uses(builder *b)
{
    const host_plan *plan = b->job->plan;
    const xp_program *program = b->program;
    for (int v = 0; v < program->n_inputs + program->n_steps; v++)
        b->last_use[v] = NEVER;
    for (int s = 0; s < program->n_steps; s++)
        for (int k = 0; plan->needed[program->n_inputs + s] && k < program->steps[s].operation->arity; k++)
            b->last_use[program->steps[s].inputs[k]] = (int16_t)s;
    for (int i = 0; i < program->n_outputs; i++)
        if (is_made(plan, i) && (program->outputs[i].reduction || program->outputs[i].value < program->n_inputs))
            b->last_use[program->outputs[i].value] = ALWAYS;
}

/* An input that is an output as it is, and whose memory another output takes over, is copied before that is written. */
static void save_inputs(builder *b)
{
    const host_plan *plan = b->job->plan;
    for (int i = 0; i < b->program->n_outputs; i++) {
        int value = b->program->outputs[i].value;
        if (!is_made(plan, i) || value >= b->program->n_inputs || (plan->turned >> value & 1))
            continue;
        for (int k = 0; k < b->program->n_outputs; k++)
            if (is_made(plan, k) && plan->operands->outputs[k].buffer == plan->operands->inputs[value].buffer &&
                b->job->accesses[value].kind == HOST_DIRECT)
                b->job->accesses[value].kind = HOST_COPIED;
    }
}

/* ---- registers --------------------------------------------------------------------------------------------------- */

static void take_register(builder *b, int value)
{
    host_code *code = &b->job->code;
    code->registers[value] = b->n_free > 0 ? b->free_registers[--b->n_free] : (int16_t)code->n_registers++;
    int64_t bytes = (int64_t)value_bytes(b->program, value);
    if (bytes > code->width)
        code->width = bytes;
}

static bool is_kept(const builder *b, int value)
{
    if (value >= b->program->n_inputs)
        return false;
    uint8_t kind = b->job->accesses[value].kind;
    return kind == HOST_CONSTANT || kind == HOST_PATTERN;
}

/* Gives back the registers of operands that step s is the last to read: those of the result's element size, which the
 * result may overwrite in place, or the others. */
static void drop_operands(builder *b, int s, size_t bytes, bool equal)
{
    const xp_step *step = &b->program->steps[s];
    for (int k = 0; k < step->operation->arity; k++) {
        int v = step->inputs[k];
        if (b->last_use[v] != s || b->in_memory[v] || is_kept(b, v) || (value_bytes(b->program, v) == bytes) != equal)
            continue;
        b->last_use[v] = NEVER; /* the same operand may stand twice */
        b->free_registers[b->n_free++] = b->job->code.registers[v];
    }
}

/* ---- outputs ----------------------------------------------------------------------------------------------------- */

/* Whether an output's buffer is read after step s has written to it. */
static bool is_read_after(const builder *b, int output, int s)
{
    const xp_operands *operands = b->job->plan->operands;
    for (int i = 0; i < b->program->n_inputs; i++)
        if (b->last_use[i] > s && operands->inputs[i].buffer == operands->outputs[output].buffer)
            return true;
    return false;
}

static bool is_read(const builder *b, int output) { return is_read_after(b, output, NEVER); }

static bool streams(const builder *b, int output, size_t bytes)
{
    int64_t cache = b->job->settings->cache_bytes > 0 ? b->job->settings->cache_bytes : host_cache_bytes();
    return (double)b->job->plan->size * (double)bytes > (double)cache && !is_read(b, output);
}

/* Chains write past the caches themselves; nothing should read the value again. */
static bool is_streamed_by_chain(const builder *b, int value)
{
    return value >= b->program->n_inputs && !b->in_memory[value] && b->last_use[value] == NEVER &&
           host_chain_takes(&b->program->steps[value - b->program->n_inputs]);
}

/* A value goes straight to its output's memory if that is contiguous and nothing read later is overwritten. */
static bool goes_straight(const builder *b, int output, int value)
{
    const host_access *access = &b->job->accesses[HOST_OUTPUT(output)];
    if (access->kind != HOST_DIRECT || b->in_memory[value])
        return false;
    if (value < b->program->n_inputs)
        return b->job->accesses[value].kind == HOST_COPIED && !is_read(b, output);
    return !is_read_after(b, output, value - b->program->n_inputs);
}

static void bind_outputs(builder *b)
{
    host_code *code = &b->job->code;
    const xp_program *program = b->program;
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_output *output = &program->outputs[i];
        if (!is_made(b->job->plan, i) || output->reduction)
            continue;
        size_t bytes = value_bytes(program, output->value);
        host_binding binding = {output->value, (uint8_t)i, (uint8_t)bytes, false};
        bool direct = b->job->accesses[HOST_OUTPUT(i)].kind == HOST_DIRECT;
        if (direct && streams(b, i, bytes)) {
            binding.streams = true;
            if (is_streamed_by_chain(b, output->value)) {
                code->results[code->n_results++] = binding;
                b->in_memory[output->value] = 1;
                continue;
            }
            code->stores[code->n_stores++] = binding;
        } else if (goes_straight(b, i, output->value)) {
            code->results[code->n_results++] = binding;
            b->in_memory[output->value] = 1;
        } else {
            code->stores[code->n_stores++] = binding;
        }
    }
    for (int i = 0; i < code->n_stores; i++)
        b->last_use[code->stores[i].value] = ALWAYS;
}

/* ---- instructions ------------------------------------------------------------------------------------------------ */

static void add_inputs(builder *b)
{
    host_code *code = &b->job->code;
    for (int i = 0; i < b->program->n_inputs; i++) {
        if (!b->job->plan->needed[i])
            continue;
        if (is_kept(b, i)) {
            code->fills[code->n_fills++] = (uint8_t)i;
            take_register(b, i);
        } else if (b->job->accesses[i].kind == HOST_DIRECT) {
            code->direct[code->n_direct++] = (uint8_t)i;
            b->in_memory[i] = 1;
        }
    }
}

/* All copies come first, so that they do not stand between the steps of a chain. */
static void add_loads(builder *b)
{
    host_code *code = &b->job->code;
    for (int i = 0; i < b->program->n_inputs; i++) {
        if (!b->job->plan->needed[i] || b->job->accesses[i].kind != HOST_COPIED)
            continue;
        if (!b->in_memory[i])
            take_register(b, i);
        code->instructions[code->n_instructions++] = (host_instruction){.output = (uint16_t)i};
    }
}

static xp_loop *find_loop(const xp_step *step, xp_isa isa)
{
    int row = step->operation->rule == XP_RULE_CAST ? step->dtype * XP_N_DTYPES + step->result_dtype : step->dtype;
    return step->operation->loops(isa)[row];
}

static void add_step(builder *b, int s)
{
    host_code *code = &b->job->code;
    const xp_step *step = &b->program->steps[s];
    int value = b->program->n_inputs + s;
    size_t bytes = xp_dtype_bytes(step->result_dtype);
    drop_operands(b, s, bytes, true);
    if (!b->in_memory[value])
        take_register(b, value);
    drop_operands(b, s, bytes, false);
    host_instruction *next = &code->instructions[code->n_instructions++];
    next->loop = find_loop(step, b->job->settings->isa);
    next->arity = step->operation->arity;
    next->chain = 0;
    next->output = (uint16_t)value;
    for (int k = 0; k < 3; k++)
        next->inputs[k] = k < step->operation->arity ? step->inputs[k] : step->inputs[0];
}

void host_code_make(host_job *job)
{
    builder b = {.job = job, .program = job->plan->program};
    host_code *code = &job->code;
    const xp_program *program = b.program;
    code->n_instructions = code->n_fills = code->n_direct = code->n_results = code->n_stores = code->n_registers = 0;
    code->width = 1;
    for (int v = 0; v < program->n_inputs + program->n_steps; v++)
        code->registers[v] = -1;
    find_last_uses(&b);
    save_inputs(&b);
    add_inputs(&b);
    bind_outputs(&b);
    add_loads(&b);
    for (int s = 0; s < program->n_steps; s++)
        if (job->plan->needed[program->n_inputs + s])
            add_step(&b, s);
    for (int v = 0; code->n_registers == 0 && v < program->n_inputs + program->n_steps; v++)
        if (job->plan->needed[v] && (int64_t)value_bytes(program, v) > code->width)
            code->width = (int64_t)value_bytes(program, v);
}
