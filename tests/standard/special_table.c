/* Reading the table of special cases, and applying its rules.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "special_cases.h"

/* ---- pieces of text ---------------------------------------------------------------------------------------------- */

/* Cuts off what stands before the first `separator` outside parentheses; *rest is NULL when nothing is left. */
static char *cut(char **rest, const char *separator)
{
    char *start = *rest;
    int depth = 0;
    for (char *c = start; *c; c++) {
        depth += (*c == '(') - (*c == ')');
        if (depth == 0 && strncmp(c, separator, strlen(separator)) == 0) {
            *c = '\0';
            *rest = c + strlen(separator);
            return start;
        }
    }
    *rest = NULL;
    return start;
}

static special_words read_words(char *text, int line)
{
    special_words words = {0};
    bool negated = false;
    for (char *rest = text; rest;) {
        const char *word = cut(&rest, " ");
        if (strcmp(word, "not") == 0) {
            negated = true;
            continue;
        }
        cr_assert(words.count < SPECIAL_WORDS, "line %d: too many words", line);
        words.word[words.count] = special_find_word(word);
        cr_assert(words.word[words.count], "line %d: what does '%s' mean?", line, word);
        words.negated[words.count++] = negated;
        negated = false;
    }
    return words;
}

/* An operand or a result: `nan`, or `(nan, +0)`. */
static void read_number(char *text, int line, special_words parts[2])
{
    if (text[0] != '(') {
        parts[0] = read_words(text, line);
        return;
    }
    text[strlen(text) - 1] = '\0';
    char *rest = text + 1;
    parts[0] = read_words(cut(&rest, ", "), line);
    cr_assert(rest, "line %d: a complex number of one part", line);
    parts[1] = read_words(rest, line);
}

static special_kind read_operands(char *text, int line)
{
    special_kind kind = {0};
    int operand = 0;
    for (char *rest = text; rest; operand++) {
        cr_assert(operand < SPECIAL_OPERANDS, "line %d: too many operands", line);
        read_number(cut(&rest, ", "), line, kind.x[operand]);
    }
    return kind;
}

static special_kind read_result(char *text, int line)
{
    special_kind kind = {.formula = special_find_formula(text)};
    if (!kind.formula)
        read_number(text, line, kind.x[0]);
    return kind;
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

static void read_rule(char *text, special_rule *rule)
{
    snprintf(rule->text, sizeof rule->text, "%s", text);
    rule->is_relation = text[0] == '=';
    rule->is_listed = !rule->is_relation && strncmp(text, "+ ", 2) != 0;
    if (rule->is_relation)
        return;
    char *operands = rule->is_listed ? text : text + 2, *arrow = strstr(text, " -> ");
    cr_assert(arrow, "line %d: no rule: %s", rule->line, text);
    *arrow = '\0';
    rule->is_rest = strcmp(operands, "otherwise") == 0;
    for (char *rest = operands; rest && !rule->is_rest;) {
        cr_assert(rule->ways < SPECIAL_WAYS, "line %d: too many kinds of operands", rule->line);
        rule->operands[rule->ways++] = read_operands(cut(&rest, " or "), rule->line);
    }
    for (char *rest = arrow + strlen(" -> "); rest;) {
        cr_assert(rule->results < SPECIAL_WAYS, "line %d: too many results", rule->line);
        rule->result[rule->results++] = read_result(cut(&rest, " or "), rule->line);
    }
}

static special_domain read_domain(const char *text, int line)
{
    static const char *const names[] = {"floating", "complex", "integers and floating", "parts"};
    for (int i = 0; i < 4; i++)
        if (strcmp(text, names[i]) == 0)
            return (special_domain)i;
    cr_assert_fail("line %d: no such dtypes: %s", line, text);
    return SPECIAL_FLOATING;
}

static void read_function(const char *text, int line, special_table *table)
{
    cr_assert(table->n_functions < SPECIAL_MOST_FUNCTIONS, "too many functions");
    special_function *function = &table->functions[table->n_functions++];
    cr_assert(sscanf(text, "%23s %d", function->name, &function->stated) == 2, "line %d: no function: %s", line, text);
    function->first = function->end = table->n_rules;
}

static void read_line(char *text, int line, special_domain *domain, special_table *table)
{
    const size_t depth = strspn(text, " ");
    text += depth;
    if (depth == 0) {
        read_function(text, line, table);
        return;
    }
    if (depth == 2) {
        *domain = read_domain(text, line);
        return;
    }
    cr_assert(table->n_rules < SPECIAL_MOST_RULES && table->n_functions > 0, "line %d: a rule too many", line);
    special_rule *rule = &table->rules[table->n_rules++];
    *rule = (special_rule){.line = line, .domain = *domain};
    read_rule(text, rule);
    table->functions[table->n_functions - 1].end = table->n_rules;
}

void special_read(const char *path, special_table *table)
{
    FILE *file = fopen(path, "r");
    cr_assert(file, "cannot open %s", path);
    char text[256];
    special_domain domain = SPECIAL_FLOATING;
    table->n_rules = table->n_functions = 0;
    for (int line = 1; fgets(text, sizeof text, file); line++) {
        text[strcspn(text, "\n")] = '\0';
        if (text[0] && text[0] != '#')
            read_line(text, line, &domain, table);
    }
    fclose(file);
}

/* ---- rules ------------------------------------------------------------------------------------------------------- */

static bool all_hold(const special_words *words, const special_call *call, double v)
{
    for (int i = 0; i < words->count; i++)
        if (words->word[i](call, v) == words->negated[i])
            return false;
    return true;
}

static bool is_about(const special_rule *rule, const special_call *call)
{
    for (int way = 0; way < rule->ways; way++) {
        bool holds = true;
        for (int i = 0; i < SPECIAL_OPERANDS && holds; i++)
            holds = all_hold(&rule->operands[way].x[i][0], call, call->x[i].re) &&
                    all_hold(&rule->operands[way].x[i][1], call, call->x[i].im);
        if (holds)
            return true;
    }
    return false;
}

bool special_meets(const special_table *table, const special_function *function, int rule, const special_call *call)
{
    const special_rule *rules = table->rules;
    if (!rules[rule].is_rest)
        return is_about(&rules[rule], call);
    for (int i = function->first; i < rule; i++)
        if (rules[i].domain == rules[rule].domain && is_about(&rules[i], call))
            return false;
    return true;
}

bool special_follows(const special_rule *rule, const special_call *call, special_number y)
{
    for (int i = 0; i < rule->results; i++) {
        const special_kind *kind = &rule->result[i];
        if (kind->formula ? kind->formula(call, y)
                          : all_hold(&kind->x[0][0], call, y.re) && all_hold(&kind->x[0][1], call, y.im))
            return true;
    }
    return false;
}
