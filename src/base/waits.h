/*
 * How long this process has waited for others since its start, for telling
 * what of a request's time was our own. A process serves one request at a time,
 * so a request's waits are the difference of two readings.
 */
#ifndef KEYWHEEL_BASE_WAITS_H
#define KEYWHEEL_BASE_WAITS_H

#include <stdint.h>

enum waits {
	WAITS_DATABASE, /* which counts as ours */
	WAITS_UPSTREAM, /* Gemini, and whoever else is asked over HTTP */
	WAITS_CLIENT,   /* its socket, by way of the web server */
	WAITS_PAUSE,    /* for a key that rests, or to keep a pace */
	WAITS__MAX,
};

/* A wait begins; what it gives is for waits_end(). */
int64_t waits_begin(void);
void waits_end(enum waits whom, int64_t begin);

/* All so far, in microseconds. */
int64_t waits_us(enum waits whom);

#endif
