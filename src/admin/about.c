/* The About page. */
#include "admin/about.h"

#include "admin/number.h"
#include "admin/visit.h"
#include "base/json.h"
#include "gateway/libraries.h"
#include "gateway/service.h"
#include "store/about.h"

static struct json_object *
make_page(struct service *s)
{
	struct json_object *data = about_load(s->db);
	if (data == NULL)
		return NULL;
	number_set_bytes(
	    data, "database_size", json_get_int(data, "database_bytes", 0));
	number_set(data, "keys", json_get_int(data, "keys_all", 0));
	number_set(data, "active", json_get_int(data, "keys_active", 0));
	json_set_text(data, "since", s->since);
	json_set(data, "libraries", libraries_list());
	return data;
}

void
about_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	visit_send(&v, "about.html", N_("About"), make_page(s));
	visit_end(&v);
}
