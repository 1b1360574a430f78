/*
 * The kinds of alarms, each with its words: for the pages, and for webhooks,
 * which tell those of ALERT_KINDS. Alarms are raised in the database
 * (sql/functions/023_alarms.sql and 085_alerts.sql).
 */
#ifndef KEYWHEEL_BASE_ALERT_KIND_H
#define KEYWHEEL_BASE_ALERT_KIND_H

#include <stdbool.h>

struct alert_kind {
	const char *name; /* as the database has it */
	/* What is wrong, what somebody can do, and where: a path of ours and
	 * what that page is called. Messages, but for the path. */
	const char *words, *todo, *href, *link;
	bool bad; /* worse than a warning */
};

/* The row of that name, or NULL. */
const struct alert_kind *alert_kind_find(const char *name);

#endif
