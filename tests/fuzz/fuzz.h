/*
 * What the fuzzers share. Each of them is one file with the function that
 * libFuzzer calls for an input (LLVMFuzzerTestOneInput); without libFuzzer,
 * kept_inputs.c calls it for files.
 */
#ifndef KEYWHEEL_TESTS_FUZZ_H
#define KEYWHEEL_TESTS_FUZZ_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input. */
#define FUZZ_CHECK(ok) ((ok) ? (void)0 : fuzz_failed(#ok, __FILE__, __LINE__))

_Noreturn void fuzz_failed(const char *what, const char *file, int line);

/* The input: settings in the first bytes, a text in the rest. */
struct fuzz_input {
	const uint8_t *p;
	size_t len;
};

/* The next byte; 0 at the end. */
uint8_t fuzz_byte(struct fuzz_input *in);

/* The next three bytes as so many yes or no. */
uint32_t fuzz_flags(struct fuzz_input *in);

/* How a text comes in pieces: by a seed, which 0 makes one piece. */
struct fuzz_cuts {
	uint32_t state;
};

/* The length of the next piece, 1 to len. */
size_t fuzz_cut(struct fuzz_cuts *cuts, size_t len);

/* A copy of its own size, so that a read past it is seen; the caller frees. */
char *fuzz_copy(const void *bytes, size_t len);

/* Parse what we have written: it may be deeper than what we read. NULL if it
 * is no JSON. */
struct json_object *fuzz_parse(const char *text, size_t len);

/* Write a value, which must be possible. */
void fuzz_write(struct buf *out, struct json_object *value);

bool fuzz_same(const struct buf *a, const struct buf *b);

#endif
