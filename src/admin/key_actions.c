/* What is to be done with which keys. */
#include "admin/key_actions.h"

#include <stdlib.h>
#include <string.h>

#include "admin/key_filter.h"
#include "admin/task_begin.h"
#include "admin/task_words.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/tasks.h"
#include "web/query.h"
#include "web/route.h"

/* A page of 500 keys, and all of a client's that knows their numbers. */
#define MAX_FORM ((size_t)4 * 1024 * 1024)

struct wish {
	const struct task_words *action; /* NULL: none that there is */
	struct task_choice choice;
	int64_t *keys; /* the choice's */
	struct buf code, filter;
	bool matching;
};

/* --- reading ------------------------------------------------------------- */

static void
take_key(struct wish *w, const char *text)
{
	size_t n = w->choice.n_keys;
	int64_t key;
	if (!text_to_int(text, 1, INT64_MAX, &key))
		return;
	if ((n & (n - 1)) == 0) {
		/* 1, 2, 4, 8 … are full. */
		w->keys =
		    reallocarray(w->keys, n == 0 ? 1 : 2 * n, sizeof(*w->keys));
		if (w->keys == NULL)
			abort();
	}
	w->keys[n] = key;
	w->choice.keys = w->keys;
	w->choice.n_keys = n + 1;
}

static void
read_wish(const char *fields, struct wish *w)
{
	struct buf name, value;
	buf_init(&name, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	while (query_next(&fields, &name, &value)) {
		const char *text = buf_cstr(&value);
		if (strcmp(buf_cstr(&name), "key") == 0)
			take_key(w, text);
		else if (strcmp(buf_cstr(&name), "action") == 0)
			w->action = task_words_find(text);
		else if (strcmp(buf_cstr(&name), "matching") == 0)
			w->matching = true;
		else if (strcmp(buf_cstr(&name), "filter") == 0)
			buf_join(&w->filter, &value);
		else if (strcmp(buf_cstr(&name), "code") == 0)
			buf_str(&w->code, text);
		else if (strcmp(buf_cstr(&name), "task") == 0 &&
		    !text_to_int(text, 1, INT64_MAX, &w->choice.task))
			w->choice.task = 0;
	}
	w->choice.code = buf_cstr(&w->code);
	buf_clear(&name);
	buf_clear(&value);
}

/* The filter of the list. False after an answer: it is none, and nothing may be
 * taken for what it would find. */
static bool
read_filter(struct visit *v, struct wish *w)
{
	if (!w->matching)
		return true;
	w->choice.n_keys = 0;
	w->choice.filter =
	    key_filter_read(buf_cstr(&w->filter), &v->s->master, NULL);
	if (w->choice.filter == NULL)
		visit_refuse(v, 422, N_("Not understood"),
		    N_("The filter of the list was not understood. Nothing "
		       "was done."));
	return w->choice.filter != NULL;
}

/* --- asking -------------------------------------------------------------- */

static void
ask(struct visit *v, const struct wish *w)
{
	int64_t id =
	    tasks_ask_keys(v->s->db, w->action->kind, v->by, &w->choice);
	if (id < 0)
		visit_refuse_database(v);
	else if (id == 0)
		visit_refuse(v, 422, N_("No key is chosen"),
		    N_("Nothing was done: choose some keys first. Those that "
		       "you had chosen may be gone by now."));
	else if (w->action->at_once && !w->matching && w->choice.task == 0 &&
	    w->choice.n_keys == 1)
		task_begin(v, id);
	else
		task_begin_go(v, id, NULL);
}

void
key_actions_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish w = {0};
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&w.code, BUF_SMALL);
	buf_init(&w.filter, BUF_SMALL);
	read_wish(buf_cstr(&v.fields), &w);
	if (w.action == NULL)
		visit_refuse(&v, 400, N_("Not understood"),
		    N_("The form does not say what to do with the keys."));
	else if (read_filter(&v, &w))
		ask(&v, &w);
	json_object_put(w.choice.filter);
	free(w.keys);
	buf_clear(&w.code);
	buf_clear(&w.filter);
	visit_end(&v);
}
