/* The sessions of a token. */
#include "admin/sessions.h"

#include <stdint.h>
#include <string.h>

#include "admin/page.h"
#include "admin/session_cookie.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/sessions.h"
#include "web/query.h"

#define MAX_FORM ((size_t)4 * 1024)

void
sessions_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	visit_send(
	    &v, "sessions.html", N_("Sessions"), sessions_page(s->db, v.who));
	visit_end(&v);
}

/* The browser's own session is over: to the form, which knows it no more. */
static void
leave(struct visit *v)
{
	session_cookie_send(v->s, NULL);
	page_redirect(v->s, "/");
}

/* One, or (0) all. */
static void
end(struct visit *v, int64_t session_id)
{
	int64_t ended = sessions_end(v->s->db, v->who, session_id);
	if (ended < 0)
		visit_refuse_database(v);
	else if (session_id == 0 || session_id == v->session.session_id)
		leave(v);
	else
		visit_go(v, "/sessions",
		    visit_say(v,
			ended > 0 ? N_("That session has been ended.")
				  : N_("That session was over already.")));
}

void
sessions_serve_end(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf which;
	int64_t session_id = 0;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&which, BUF_SMALL);
	bool given = query_get(buf_cstr(&v.fields), "session", &which);
	if (given &&
	    (strcmp(buf_cstr(&which), "all") == 0 ||
		text_to_int(buf_cstr(&which), 1, INT64_MAX, &session_id)))
		end(&v, session_id);
	else
		visit_refuse(&v, 400, N_("Not understood"),
		    N_("The form does not say which session to end."));
	buf_clear(&which);
	visit_end(&v);
}

void
sessions_serve_out(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	end(&v, v.session.session_id);
	visit_end(&v);
}
