/* The dashboard page. */
#include "admin/dashboard.h"

#include <stdio.h>
#include <string.h>

#include "admin/chart.h"
#include "admin/dashboard_pool.h"
#include "admin/dashboard_wrong.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "gateway/public_url.h"
#include "gateway/service.h"
#include "store/usage.h"

/* --- numbers ------------------------------------------------------------- */

static void
add_numbers(struct json_object *o, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		number_set(o, names[i], json_get_int(o, names[i], 0));
}

/* Of what ended without the client's doing, the share that was answered. */
static void
add_success(struct json_object *o)
{
	int64_t answered = json_get_int(o, "answered", 0);
	int64_t all = answered + json_get_int(o, "failed", 0);
	if (all > 0)
		number_set_percent(o, "success", answered, all);
}

/* A time in so few digits as are known: "850 ms", "1.2 s", "34 s". */
static void
set_time(struct json_object *o, const char *name, int64_t ms)
{
	char text[32];
	if (ms < 0)
		return;
	if (ms < 1000)
		snprintf(text, sizeof(text), "%d ms", (int)ms);
	else
		snprintf(text, sizeof(text), "%.*f s", ms < 10000,
		    (double)ms / 1000);
	json_set_text(o, name, text);
}

/* --- now ----------------------------------------------------------------- */

static void
shape_minutes(struct json_object *o)
{
	static const char *const names[] = {
	    "requests", "answered", "client", "failed"};
	add_success(o);
	set_time(o, "first_p50", json_get_int(o, "first_p50_ms", -1));
	set_time(o, "first_p95", json_get_int(o, "first_p95_ms", -1));
	add_numbers(o, names, COUNT_OF(names));
}

/* Today, the month: one row of a table each. */
static void
shape_days(struct json_object *o)
{
	static const char *const names[] = {"requests", "answered", "client",
	    "failed", "prompt", "cached", "thought", "answer"};
	int64_t tokens = json_get_int(o, "prompt", 0) +
	    json_get_int(o, "thought", 0) + json_get_int(o, "answer", 0);
	add_success(o);
	number_set(o, "tokens", tokens);
	add_numbers(o, names, COUNT_OF(names));
}

static void
shape_keys(struct json_object *data)
{
	static const char *const names[] = {
	    "all", "active", "resting", "disabled"};
	struct json_object *states = json_get(data, "states");
	int64_t active = json_get_int(states, "active", 0);
	number_set(
	    states, "ready", active - json_get_int(states, "resting", 0));
	add_numbers(states, names, COUNT_OF(names));
}

static void
shape_now(struct json_object *data)
{
	static const char *const names[] = {"in_flight", "minute"};
	json_set_bool(
	    data, "any_waiting", json_get_int(data, "waiting", 0) > 0);
	number_set(data, "waiting", json_get_int(data, "waiting", 0));
	add_numbers(data, names, COUNT_OF(names));
	shape_minutes(json_get(data, "five"));
	shape_minutes(json_get(data, "fifteen"));
	shape_days(json_get(data, "today"));
	shape_days(json_get(data, "month"));
	shape_keys(data);
}

/* --- what was used most -------------------------------------------------- */

/* Rows with a bar each, beside the longest. */
static struct json_object *
shape_top(struct json_object *rows)
{
	int64_t most = json_get_int(json_at(rows, 0), "requests", 0);
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		int64_t requests = json_get_int(row, "requests", 0);
		int64_t failed = json_get_int(row, "failed", 0);
		json_set_int(row, "bar", most > 0 ? requests * 100 / most : 0);
		json_set_bool(row, "any_failed", failed > 0);
		number_set_percent(row, "failed", failed, requests);
		number_set(row, "requests", requests);
		number_set_short(row, "tokens", json_get_int(row, "tokens", 0));
	}
	return rows;
}

static void
shape_tops(struct json_object *data)
{
	static const char *const names[] = {"models", "tokens", "keys"};
	struct json_object *tops = json_get(data, "tops");
	bool any = false;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		any |= json_count(shape_top(json_get(tops, names[i]))) > 0;
	json_set_bool(data, "any_tops", any);
}

/* --- the page ------------------------------------------------------------ */

/* Where the browser found us, and so where clients do. */
static void
add_address(struct service *s, struct json_object *data)
{
	struct buf url;
	buf_init(&url, BUF_SMALL);
	if (!public_url(s, &url))
		buf_str(&url, "http://HOST");
	json_set_text(data, "url", buf_cstr(&url));
	buf_clear(&url);
}

static void
add_charts(struct visit *v, struct json_object *data, const char *range)
{
	struct json_object *series = json_get(data, "series");
	json_set(data, "requests_chart",
	    chart_make(v, CHART_REQUESTS, "chart-requests", range, series));
	json_set(data, "tokens_chart",
	    chart_make(v, CHART_TOKENS, "chart-tokens", range, series));
	json_set(data, "errors_chart",
	    chart_make(v, CHART_ERRORS, "chart-errors", range, series));
	chart_set_ranges(v, data, range);
}

void
dashboard_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	const char *range = chart_range(&v);
	struct json_object *data = usage_dashboard(s->db, range);
	if (data != NULL) {
		/* What is wrong is judged by numbers, before they are texts. */
		dashboard_wrong_find(data);
		add_address(s, data);
		add_charts(&v, data, range);
		dashboard_pool_shape(data);
		shape_now(data);
		shape_tops(data);
	}
	visit_send(&v, "dashboard.html", N_("Dashboard"), data);
	visit_end(&v);
}
