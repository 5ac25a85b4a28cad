/* Finding chains in a program, and turning their steps into links.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/engine.h"

/* ---- operations -------------------------------------------------------------------------------------------------- */

/* What a step does to the strip if its first operand is there: with the second one in memory, or as a single number;
 * and if its second operand is there. */
typedef struct form {
    const xp_operation *operation;
    uint8_t vector, scalar, turned_vector, turned_scalar;
} form;

static const form forms[] = {
    {&xp_operation_add, HOST_LINK_ADD, HOST_LINK_ADD_SCALAR, HOST_LINK_ADD, HOST_LINK_ADD_SCALAR},
    {&xp_operation_subtract, HOST_LINK_SUBTRACT, HOST_LINK_SUBTRACT_SCALAR, HOST_LINK_SUBTRACT_FROM,
     HOST_LINK_SUBTRACT_FROM_SCALAR},
    {&xp_operation_multiply, HOST_LINK_MULTIPLY, HOST_LINK_MULTIPLY_SCALAR, HOST_LINK_MULTIPLY,
     HOST_LINK_MULTIPLY_SCALAR},
    {&xp_operation_divide, HOST_LINK_DIVIDE, HOST_LINK_DIVIDE_SCALAR, HOST_LINK_DIVIDE_INTO,
     HOST_LINK_DIVIDE_INTO_SCALAR},
    {&xp_operation_negative, HOST_LINK_NEGATIVE, 0, 0, 0},
    {&xp_operation_abs, HOST_LINK_ABS, 0, 0, 0},
    {&xp_operation_square, HOST_LINK_SQUARE, 0, 0, 0},
    {&xp_operation_sqrt, HOST_LINK_SQRT, 0, 0, 0},
};

static const form *form_of(const xp_step *step)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].operation == step->operation)
            return &forms[i];
    return NULL;
}

bool host_chain_takes(const xp_step *step)
{
    return (step->dtype == XP_FLOAT64 || step->dtype == XP_FLOAT32) && form_of(step) != NULL;
}

/* ---- weaving: an accumulator machine, whose accumulator is the strip --------------------------------------------- */

typedef struct weaver {
    host_job *job;
    void (*const *functions)(void);  /* by kind of link */
    int begin, end;                  /* the chain's instructions */
    int held;                        /* the value in the strip; -1: none */
    bool fits;
    uint16_t reads[HOST_VALUES];     /* of each value, by the whole program */
    uint16_t loop_reads[HOST_VALUES]; /* those of them that are not in a chain */
    uint16_t uses[HOST_VALUES];      /* still to come in the chain */
    bool is_made[HOST_VALUES];       /* by the chain */
    bool is_stored[HOST_VALUES];     /* where the rest of the program finds it */
    int8_t slots[HOST_VALUES];       /* where it is kept for the chain, or -1 */
    bool is_taken[HOST_CHAIN_SLOTS];
} weaver;

static const xp_step *step_of(const weaver *w, int instruction)
{
    const xp_program *program = w->job->plan->program;
    return &program->steps[w->job->code.instructions[instruction].output - program->n_inputs];
}

static int output_of(const weaver *w, int instruction) { return w->job->code.instructions[instruction].output; }

static void add_link(weaver *w, int kind, host_place first, host_place second)
{
    host_code *code = &w->job->code;
    if (code->n_links == HOST_CHAIN_LINKS) {
        w->fits = false;
        return;
    }
    code->links[code->n_links++] = (host_link){w->functions[kind], first, second};
}

static const host_place nowhere = {0, 0};

static host_place place_of(const weaver *w, int value)
{
    if (w->is_made[value] && !w->is_stored[value])
        return (host_place){0, (uint32_t)(HOST_VALUES + w->slots[value])};
    return (host_place){-1, (uint32_t)value};
}

static bool is_number(const weaver *w, int value)
{
    return value < w->job->plan->program->n_inputs && w->job->accesses[value].kind == HOST_CONSTANT;
}

/* Puts the value in the strip away if the chain reads it again. */
static void save(weaver *w)
{
    int value = w->held, slot = 0;
    if (value < 0 || !w->is_made[value] || w->uses[value] == 0 || w->is_stored[value] || w->slots[value] >= 0)
        return;
    while (slot < HOST_CHAIN_SLOTS && w->is_taken[slot])
        slot++;
    if (slot == HOST_CHAIN_SLOTS) {
        w->fits = false;
        return;
    }
    w->is_taken[slot] = true;
    w->slots[value] = (int8_t)slot;
    if (slot >= w->job->code.n_slots)
        w->job->code.n_slots = slot + 1;
    add_link(w, HOST_LINK_STORE, place_of(w, value), nowhere);
}

static void count_down(weaver *w, int value)
{
    if (w->is_made[value])
        w->uses[value]--;
}

static void drop_slot(weaver *w, int value)
{
    if (w->is_made[value] && w->uses[value] == 0 && w->slots[value] >= 0) {
        w->is_taken[w->slots[value]] = false;
        w->slots[value] = -1;
    }
}

static bool streams(const weaver *w, int value)
{
    const host_code *code = &w->job->code;
    for (int i = 0; i < code->n_results; i++)
        if (code->results[i].value == value)
            return code->results[i].streams;
    return false;
}

/* The strip holds the value now; what else reads it finds it where it looks. */
static void hold(weaver *w, int value)
{
    w->held = value;
    if (w->reads[value] == w->uses[value])
        return;
    w->is_stored[value] = true;
    add_link(w, streams(w, value) ? HOST_LINK_STREAM : HOST_LINK_STORE, place_of(w, value), nowhere);
}

static void load(weaver *w, int value)
{
    save(w);
    add_link(w, is_number(w, value) ? HOST_LINK_LOAD_SCALAR : HOST_LINK_LOAD, place_of(w, value), nowhere);
    w->held = value;
}

/* ---- steps ------------------------------------------------------------------------------------------------------- */

static void weave_unary(weaver *w, int instruction, const form *f)
{
    int x = step_of(w, instruction)->inputs[0];
    if (w->held != x)
        load(w, x);
    count_down(w, x);
    save(w);
    add_link(w, f->vector, nowhere, nowhere);
    drop_slot(w, x);
    hold(w, output_of(w, instruction));
}

static void weave_binary(weaver *w, int instruction, const form *f)
{
    const xp_step *step = step_of(w, instruction);
    int x = step->inputs[0], y = step->inputs[1];
    if (w->held != x && w->held != y)
        load(w, is_number(w, x) && !is_number(w, y) ? y : x);
    bool turned = w->held != x;
    int other = turned ? x : y;
    if (x == y && step->operation != &xp_operation_multiply)
        save(w); /* it is read from there, too */
    count_down(w, x);
    count_down(w, y);
    save(w);
    if (x == y && step->operation == &xp_operation_multiply)
        add_link(w, HOST_LINK_SQUARE, nowhere, nowhere);
    else if (is_number(w, other))
        add_link(w, turned ? f->turned_scalar : f->scalar, place_of(w, other), nowhere);
    else
        add_link(w, turned ? f->turned_vector : f->vector, place_of(w, other), nowhere);
    drop_slot(w, x);
    drop_slot(w, y);
    hold(w, output_of(w, instruction));
}

/* A product that only the next step reads, to add it to the strip or the like: both are one link. */
static bool weave_product(weaver *w, int instruction)
{
    const xp_step *product = step_of(w, instruction);
    int p = output_of(w, instruction), x = product->inputs[0];
    int y = product->operation == &xp_operation_square ? x : product->inputs[1];
    if ((product->operation != &xp_operation_multiply && product->operation != &xp_operation_square) ||
        instruction + 1 == w->end || w->reads[p] != 1 || w->uses[p] != 1)
        return false;
    const xp_step *next = step_of(w, instruction + 1);
    bool adds = next->operation == &xp_operation_add, subtracts = next->operation == &xp_operation_subtract;
    bool first = next->inputs[0] == p;
    if (!(adds || subtracts) || !(first || next->inputs[1] == p) || w->held < 0 ||
        next->inputs[first ? 1 : 0] != w->held || x == w->held || y == w->held || (is_number(w, x) && is_number(w, y)))
        return false;
    if (is_number(w, x)) {
        int swapped = x;
        x = y;
        y = swapped;
    }
    int was_held = w->held;
    count_down(w, was_held);
    save(w);
    count_down(w, x);
    if (product->operation == &xp_operation_multiply)
        count_down(w, y);
    int kind = adds ? HOST_LINK_ADD_PRODUCT : first ? HOST_LINK_SUBTRACT_FROM_PRODUCT : HOST_LINK_SUBTRACT_PRODUCT;
    add_link(w, is_number(w, y) ? kind + 1 : kind, place_of(w, x), place_of(w, y)); /* the scalar kind comes next */
    drop_slot(w, x);
    drop_slot(w, y);
    drop_slot(w, was_held);
    hold(w, output_of(w, instruction + 1));
    return true;
}

static void weave(weaver *w)
{
    for (int i = w->begin; i < w->end; i++) {
        const form *f = form_of(step_of(w, i));
        if (weave_product(w, i))
            i++;
        else if (step_of(w, i)->operation->arity == 1)
            weave_unary(w, i, f);
        else
            weave_binary(w, i, f);
    }
}

/* ---- finding them ------------------------------------------------------------------------------------------------ */

static void count_reads(weaver *w)
{
    const host_code *code = &w->job->code;
    const host_plan *plan = w->job->plan;
    memset(w->reads, 0, sizeof w->reads);
    for (int i = 0; i < code->n_instructions; i++)
        for (int k = 0; k < code->instructions[i].arity; k++)
            w->reads[code->instructions[i].inputs[k]]++;
    for (int i = 0; i < plan->program->n_outputs; i++)
        if (plan->outputs >> i & 1)
            w->reads[plan->program->outputs[i].value]++;
    memcpy(w->loop_reads, w->reads, sizeof w->reads);
}

/* A step by itself is better off with its loop, unless it has a number for an operand or streams. */
static bool pays(const weaver *w)
{
    const host_instruction *only = &w->job->code.instructions[w->begin];
    if (w->end - w->begin > 1 || streams(w, only->output))
        return true;
    return only->arity == 2 && is_number(w, only->inputs[0]) != is_number(w, only->inputs[1]);
}

static void start_weaving(weaver *w, int begin, int end)
{
    const host_code *code = &w->job->code;
    w->begin = begin;
    w->end = end;
    w->held = -1;
    w->fits = true;
    memset(w->uses, 0, sizeof w->uses);
    memset(w->is_made, 0, sizeof w->is_made);
    memset(w->is_stored, 0, sizeof w->is_stored);
    memset(w->slots, -1, sizeof w->slots);
    memset(w->is_taken, 0, sizeof w->is_taken);
    for (int i = begin; i < end; i++) {
        w->is_made[code->instructions[i].output] = true;
        for (int k = 0; k < code->instructions[i].arity; k++)
            w->uses[code->instructions[i].inputs[k]]++;
    }
}

static void add_chain(weaver *w, int begin, int end)
{
    host_code *code = &w->job->code;
    int links = code->n_links;
    const host_links *functions = host_links_for(w->job->settings->isa);
    uint8_t dtype = step_of(w, begin)->dtype;
    w->functions = dtype == XP_FLOAT64 ? functions->float64 : functions->float32;
    start_weaving(w, begin, end);
    if (code->n_chains == HOST_CHAINS || !pays(w))
        return;
    weave(w);
    add_link(w, HOST_LINK_REPEAT, (host_place){0, (uint32_t)(code->n_links - links)}, nowhere);
    if (!w->fits) {
        code->n_links = links;
        return;
    }
    code->chains[code->n_chains++] =
        (host_chain){(uint16_t)(end - begin), (uint16_t)links, (uint8_t)xp_dtype_bytes(dtype)};
    code->instructions[begin].chain = (uint8_t)code->n_chains;
    for (int i = begin; i < end; i++)
        for (int k = 0; k < code->instructions[i].arity; k++)
            w->loop_reads[code->instructions[i].inputs[k]]--;
}

static bool is_linked(const weaver *w, int instruction, int begin)
{
    if (instruction >= w->job->code.n_instructions || !w->job->code.instructions[instruction].loop)
        return false;
    const xp_step *step = step_of(w, instruction);
    return host_chain_takes(step) && step->dtype == step_of(w, begin)->dtype;
}

void host_chains_make(host_job *job)
{
    weaver w = {.job = job};
    host_code *code = &job->code;
    code->n_chains = code->n_links = code->n_slots = 0;
    code->brief_fills = 0;
    if (job->run * (int64_t)sizeof(double) < HOST_STRIP_BYTES)
        return;
    count_reads(&w);
    for (int i = 0; i < code->n_instructions; i++) {
        int end = i;
        while (is_linked(&w, end, i))
            end++;
        if (end == i)
            continue;
        add_chain(&w, i, end);
        i = end - 1;
    }
    for (int i = 0; i < code->n_fills; i++)
        if (is_number(&w, code->fills[i]) && w.loop_reads[code->fills[i]] == 0)
            code->brief_fills |= UINT64_C(1) << code->fills[i];
}
