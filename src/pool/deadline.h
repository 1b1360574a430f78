/*
 * Adaptive deadlines: how long a model may be silent, by how long it was.
 *
 * What is measured are silences of Gemini: before the first byte of an answer,
 * and the longest one between its pieces. They are told apart by model, by the
 * size of the prompt, and by whether the answer was streamed or fetched whole.
 * A model that thinks before it speaks has long first silences of its own, and
 * so gets its patience from them.
 */
#ifndef KEYWHEEL_POOL_DEADLINE_H
#define KEYWHEEL_POOL_DEADLINE_H

#include <stdint.h>

/* Up to 1,000, 8,000, 32,000, 128,000 tokens, and more. */
#define DEADLINE_CLASSES 5

/* The class of a prompt of so many (estimated) tokens: 0 to 4. */
int deadline_class(int64_t tokens);

/* For people: "≤ 1k" … "> 128k". */
const char *deadline_class_name(int size_class);

/*
 * What a request tells of the first silence, in milliseconds; -1: nothing.
 * answered_ms: of the attempt that began to answer, -1 if none did. cut_ms: the
 * longest of those that were given up, -1 if there was none.
 *
 * A silence that was cut off would have been longer, so it counts with what is
 * known of it; else deadlines would be measured against themselves and only
 * ever shrink. But where another key answered in less than half the time, it
 * was not the model that was slow, and a dead connection shows no need of
 * patience.
 */
int64_t deadline_sample(int64_t answered_ms, int64_t cut_ms);

/* Silences that were measured, in milliseconds. */
struct deadline_measure {
	int64_t samples, p99, longest;
};

struct deadline_bounds {
	int64_t floor, ceiling; /* the ceiling wins */
};

/* Fewer samples than that say nothing. */
#define DEADLINE_SAMPLES 50

/*
 * The deadline by what was measured, in milliseconds; 0: too little was. Three
 * times the 99th percentile; of less than 1,000 samples also one and a half
 * times the longest, for their percentile says little of the tail. Where more
 * than one in a hundred was cut off, the percentile is the old deadline, and so
 * it grows threefold.
 *
 * before: the deadline so far, 0 if there was none and the ceiling held. No
 * deadline shrinks to less than half of that at once, and one that would
 * change by no more than a tenth stays as it is.
 */
int64_t deadline_next(const struct deadline_measure *measured,
    const struct deadline_bounds *bounds, int64_t before);

/* A deadline of the table (0: none) by the bounds of this moment. */
int64_t deadline_in_force(
    int64_t deadline, const struct deadline_bounds *bounds);

#endif
