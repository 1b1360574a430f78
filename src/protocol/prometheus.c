/* Metrics in Prometheus's text format. */
#include "protocol/prometheus.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

static const char *const type_words[] = {
    [PROMETHEUS_COUNTER] = "counter",
    [PROMETHEUS_GAUGE] = "gauge",
    [PROMETHEUS_HISTOGRAM] = "histogram",
};

/* Backslashes and ends of lines, in the value of a label quotes too. */
static void
write_escaped(const char *text, const char *quote, struct buf *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			buf_str(out, "\\n");
			continue;
		}
		if (*text == '\\' || *text == *quote)
			buf_byte(out, '\\');
		buf_byte(out, *text);
	}
}

static void
write_head(const struct prometheus_metric *m, struct buf *out)
{
	buf_fmt(out, "# HELP %s ", m->name);
	write_escaped(m->help, "", out);
	buf_fmt(out, "\n# TYPE %s %s\n", m->name, type_words[m->type]);
}

/* Name and labels; le: the bucket of a histogram, or NULL. */
static void
write_name(const struct prometheus_metric *m, const char *suffix,
    struct json_object *sample, const char *le, struct buf *out)
{
	char before = '{';
	buf_fmt(out, "%s%s", m->name, suffix);
	for (int i = 0; i < PROMETHEUS_MAX_LABELS && m->labels[i]; i++) {
		const char *value = json_get_text(sample, m->labels[i]);
		buf_fmt(out, "%c%s=\"", before, m->labels[i]);
		write_escaped(value ? value : "", "\"", out);
		buf_byte(out, '"');
		before = ',';
	}
	if (le != NULL) {
		buf_fmt(out, "%cle=\"%s\"", before, le);
		before = ',';
	}
	buf_str(out, before == ',' ? "} " : " ");
}

static void
write_value(const struct prometheus_metric *m, struct json_object *sample,
    struct json_object *value, struct buf *out)
{
	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return;
	write_name(m, "", sample, NULL, out);
	buf_fmt(out, "%s\n", json_object_get_string(value));
}

/* The longest time below 2^end ms, in microseconds. */
static int64_t
longest_below(int end, int unit_us)
{
	int64_t us =
	    end >= 0 ? INT64_C(1000) << end : (1000 + (1 << -end) - 1) >> -end;
	return (us + unit_us - 1) / unit_us * unit_us - unit_us;
}

/* How many took less than 2^end ms. */
static int64_t
count_below(struct json_object *octaves, int end)
{
	int64_t count = 0;
	json_object_object_foreach(octaves, key, value)
	{
		if (strtol(key, NULL, 10) < end)
			count += json_object_get_int64(value);
	}
	return count;
}

static void
write_histogram(const struct prometheus_metric *m, struct json_object *sample,
    struct buf *out)
{
	struct json_object *octaves = json_get(sample, "octaves");
	int64_t total = json_get_int(sample, "total_us", 0);
	char le[32];
	if (!json_object_is_type(octaves, json_type_object))
		return;
	for (int i = m->first; i <= m->last; i++) {
		snprintf(le, sizeof(le), "%.9g",
		    (double)longest_below(i, m->unit_us) / 1e6);
		write_name(m, "_bucket", sample, le, out);
		buf_fmt(out, "%" PRId64 "\n", count_below(octaves, i));
	}
	int64_t count = count_below(octaves, INT_MAX);
	write_name(m, "_bucket", sample, "+Inf", out);
	buf_fmt(out, "%" PRId64 "\n", count);
	write_name(m, "_sum", sample, NULL, out);
	buf_fmt(out, "%" PRId64 ".%06" PRId64 "\n", total / 1000000,
	    total % 1000000);
	write_name(m, "_count", sample, NULL, out);
	buf_fmt(out, "%" PRId64 "\n", count);
}

void
prometheus_write(const struct prometheus_metric *metric,
    struct json_object *value, struct buf *out)
{
	write_head(metric, out);
	if (!json_object_is_type(value, json_type_array)) {
		write_value(metric, NULL, value, out);
		return;
	}
	for (size_t i = 0; i < json_count(value); i++) {
		struct json_object *sample = json_at(value, i);
		if (metric->type == PROMETHEUS_HISTOGRAM)
			write_histogram(metric, sample, out);
		else
			write_value(
			    metric, sample, json_get(sample, "value"), out);
	}
}
