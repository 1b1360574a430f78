/* Keys worth attention: those with most attempts in the last 24 hours that
 * failed with one status of upstream's. */
#ifndef KEYWHEEL_ADMIN_KEY_ATTENTION_H
#define KEYWHEEL_ADMIN_KEY_ATTENTION_H

struct route_match;
struct service;

/* GET /keys/attention?code=429&count=10 */
void key_attention_serve(struct service *s, const struct route_match *match);

#endif
