/* The About page's one call to the database. */
#include "store/about.h"

#include "store/page_data.h"

struct json_object *
about_load(struct db *db)
{
	return page_data(db, "select keywheel.about_page() as data", NULL);
}

void
about_libpq(struct buf *out)
{
	int version = PQlibVersion();
	buf_fmt(out, "%d.%d", version / 10000, version % 10000);
}
