/* The metrics that there are: names, labels, and what they mean. */
#ifndef KEYWHEEL_GATEWAY_METRICS_TABLE_H
#define KEYWHEEL_GATEWAY_METRICS_TABLE_H

#include <stddef.h>

#include "base/buf.h"
#include "protocol/prometheus.h"

struct json_object;

#define METRICS_PREFIX "keywheel_"

extern const struct prometheus_metric metrics_table[];
extern const size_t metrics_n;

/* Append all of them. data: an object with what each says, by its name without
 * the prefix (prometheus_write()). */
void metrics_write(struct json_object *data, struct buf *out);

#endif
