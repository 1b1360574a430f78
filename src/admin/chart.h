/*
 * Charts of what happened over time, drawn by partials/chart.html as SVG, with
 * a legend, and a table of the same figures beside it.
 *
 *	const char *range = chart_range(&v);
 *	json_set(data, "requests_chart", chart_make(&v, CHART_REQUESTS,
 *	    "chart-requests", range, json_get(data, "series")));
 *	chart_set_ranges(&v, data, range);
 *
 *	{{>ranges}}
 *	{{#requests_chart}}{{>chart}}{{/requests_chart}}
 */
#ifndef KEYWHEEL_ADMIN_CHART_H
#define KEYWHEEL_ADMIN_CHART_H

struct json_object;
struct visit;

enum chart_kind {
	CHART_REQUESTS, /* answered, the client's own doing, failed */
	CHART_CALLS,    /* of a key: answered, left by the client, failed */
	CHART_TOKENS,   /* prompt, of it cached, thought, answer */
	CHART_ERRORS,   /* what was not answered, by its kind */
};

/* The range that the query asks for with range=…: "1h", "24h", "7d" or
 * "30d"; "24h" if it does not, or for another. For keywheel.usage_series(). */
const char *chart_range(struct visit *v);

/* Set data.ranges, the links to this page with each of the ranges. */
void chart_set_ranges(
    struct visit *v, struct json_object *data, const char *range);

/* What the partial draws. series: of keywheel.usage_series() for that range,
 * stays the caller's. id: a word that no other element of the page has for
 * its id; parts of the chart have ids that begin with it. */
struct json_object *chart_make(struct visit *v, enum chart_kind kind,
    const char *id, const char *range, struct json_object *series);

#endif
