/* A double of NVRTC: compiles the text for the host, into a shared object that the double of the runtime loads.
 * FAKE_CUDA_KERNELS_HPP is the path of kernels.hpp.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <nvrtc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct _nvrtcProgram {
    char *text, *log, *code;
    size_t code_bytes;
};

nvrtcResult nvrtcCreateProgram(nvrtcProgram *program, const char *text, const char *name, int n_headers,
                               const char *const *headers, const char *const *names)
{
    (void)name, (void)headers, (void)names;
    if (n_headers)
        return NVRTC_ERROR_INVALID_INPUT;
    *program = calloc(1, sizeof **program);
    (*program)->text = strdup(text);
    (*program)->log = strdup("");
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcDestroyProgram(nvrtcProgram *program)
{
    free((*program)->text);
    free((*program)->log);
    free((*program)->code);
    free(*program);
    *program = NULL;
    return NVRTC_SUCCESS;
}

/* For each kernel a function that binds its arguments. */
static void write_bindings(FILE *out, const char *text)
{
    for (const char *at = text; (at = strstr(at, "__global__")) != NULL;) {
        at += strlen("__global__");
        const char *open = strchr(at, '(');
        if (open && strstr(at, "__launch_bounds__") && strstr(at, "__launch_bounds__") < open)
            open = strchr(open + 1, '(');
        const char *end = open, *start;
        if (!open)
            return;
        while (end > at && isspace((unsigned char)end[-1]))
            end--;
        for (start = end; start > at && (isalnum((unsigned char)start[-1]) || start[-1] == '_');)
            start--;
        int length = (int)(end - start);
        fprintf(out,
                "\nextern \"C\" __attribute__((visibility(\"default\"))) void *fake_bind_%.*s(void **arguments)\n"
                "{\n    return fake_bind(%.*s, arguments);\n}\n",
                length, start, length, start);
    }
}

static char *read_all(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *bytes = (size_t)ftell(file);
    rewind(file);
    char *data = calloc(*bytes + 1, 1);
    if (fread(data, 1, *bytes, file) != *bytes)
        data[0] = '\0';
    fclose(file);
    return data;
}

static nvrtcResult compile_in(nvrtcProgram program, const char *folder)
{
    char source[128], code[128], log[128], command[1024];
    snprintf(source, sizeof source, "%s/text.cpp", folder);
    snprintf(code, sizeof code, "%s/text.so", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    FILE *out = fopen(source, "w");
    if (!out)
        return NVRTC_ERROR_INTERNAL_ERROR;
    fprintf(out, "%s#include \"%s\"\n#line 1 \"text\"\n%s\n",
            strstr(program->text, "__syncthreads") ? "#define FAKE_HAS_BARRIERS\n" : "", FAKE_CUDA_KERNELS_HPP,
            program->text);
    write_bindings(out, program->text);
    fclose(out);
    snprintf(command, sizeof command,
             "LD_PRELOAD= g++ -std=c++17 -O1 -ffp-contract=off -fPIC -shared -fvisibility=hidden -w -o %s %s 2>%s",
             code, source, log);
    int status = system(command);
    size_t bytes;
    free(program->log);
    program->log = read_all(log, &bytes);
    if (status == 0)
        program->code = read_all(code, &program->code_bytes);
    unlink(source);
    unlink(code);
    unlink(log);
    return program->code ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int n_options, const char *const *options)
{
    char folder[] = "/tmp/fake_nvrtc_XXXXXX";
    if (n_options < 1 || strcmp(options[0], "--gpu-architecture=sm_90") != 0)
        return NVRTC_ERROR_INVALID_OPTION;
    if (!mkdtemp(folder))
        return NVRTC_ERROR_INTERNAL_ERROR;
    nvrtcResult result = compile_in(program, folder);
    rmdir(folder);
    return result;
}

nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t *bytes)
{
    *bytes = program->code_bytes;
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char *code)
{
    memcpy(code, program->code, program->code_bytes);
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetPTXSize(nvrtcProgram program, size_t *bytes)
{
    (void)program, (void)bytes;
    return NVRTC_ERROR_INVALID_PROGRAM;
}

nvrtcResult nvrtcGetPTX(nvrtcProgram program, char *text)
{
    (void)program, (void)text;
    return NVRTC_ERROR_INVALID_PROGRAM;
}

nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t *bytes)
{
    *bytes = strlen(program->log) + 1;
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char *log)
{
    strcpy(log, program->log);
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetNumSupportedArchs(int *count)
{
    *count = 2;
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetSupportedArchs(int *archs)
{
    archs[0] = 80;
    archs[1] = 90;
    return NVRTC_SUCCESS;
}

nvrtcResult nvrtcVersion(int *major, int *minor)
{
    *major = 13;
    *minor = 0;
    return NVRTC_SUCCESS;
}

const char *nvrtcGetErrorString(nvrtcResult result)
{
    return result == NVRTC_ERROR_COMPILATION ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR";
}
