/* Clients that ask and wait: the load itself. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "samples.h"

struct load_plan {
	struct question question;
	int port;
	int clients;     /* connections, each with one request at a time */
	int64_t us;      /* no request begins later than that */
	int64_t count;   /* nor more than so many */
	int64_t rate;    /* of all clients, a second; 0: as fast as it goes */
	int64_t rise_us; /* the clients begin spread over so long */
	int64_t wait_us; /* a request that takes longer has failed */
};

struct load_result {
	int64_t asked, failed;
	int64_t us;            /* from the first request to the last answer */
	int64_t cpu_us;        /* of the load itself */
	int most_open;         /* requests at once */
	struct samples whole;  /* until the answer was complete */
	struct samples first;  /* until its first byte */
	struct samples gaps;   /* between the events of a stream */
	char first_wrong[160]; /* the first failure, in words */
};

/*
 * With a rate, a request's time counts from the moment when it was due, also
 * if no client was free then: a server that stalls cannot hide the requests
 * that would have come meanwhile. Without one it counts from its sending.
 * False if nothing could be measured; errno says why.
 */
bool load_run(const struct load_plan *plan, struct load_result *result);

void load_clear(struct load_result *result);

#endif
