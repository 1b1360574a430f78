/*
 * Prometheus's text format, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats): metrics out of what
 * keywheel.metrics() gives for each.
 */
#ifndef KEYWHEEL_PROTOCOL_PROMETHEUS_H
#define KEYWHEEL_PROTOCOL_PROMETHEUS_H

#include "base/buf.h"

struct json_object;

#define PROMETHEUS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define PROMETHEUS_MAX_LABELS 3

enum prometheus_type {
	PROMETHEUS_COUNTER,
	PROMETHEUS_GAUGE,
	PROMETHEUS_HISTOGRAM, /* of durations, in seconds */
};

struct prometheus_metric {
	const char *name;
	enum prometheus_type type;
	const char *labels[PROMETHEUS_MAX_LABELS]; /* the rest NULL */
	const char *help;
	/* Of a histogram: the buckets end at 2^first, 2^(first+1) … 2^last
	 * milliseconds. They do not hold these times themselves, as Prometheus
	 * wants it, but are measured in so many microseconds; so each has the
	 * longest one below, and its count is exact. */
	int first, last, unit_us;
};

/*
 * Append the metric: its head, and its samples. value is a number; or an array
 * of samples, objects with a text for each label and a number `value`, those of
 * a histogram with `octaves` and `total_us` in its place: octaves has under the
 * key n how many took from 2^n ms to 2^(n+1). NULL: there is no sample.
 */
void prometheus_write(const struct prometheus_metric *metric,
    struct json_object *value, struct buf *out);

#endif
