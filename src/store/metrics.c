/* A scrape's one call to the database. */
#include "store/metrics.h"

#include "store/page_data.h"

struct json_object *
metrics_load(struct db *db)
{
	return page_data(db, "select keywheel.metrics() as data", NULL);
}
