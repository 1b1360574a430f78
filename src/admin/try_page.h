/* The page that tries requests. */
#ifndef KEYWHEEL_ADMIN_TRY_PAGE_H
#define KEYWHEEL_ADMIN_TRY_PAGE_H

struct route_match;
struct service;

void try_page_serve(struct service *s, const struct route_match *match);

/* What was posted is sent to the API, in the name of whoever has signed in:
 * the answer is shown when it is there, or to a script as it comes
 * (admin/try_stream.h). */
void try_page_serve_send(struct service *s, const struct route_match *match);

#endif
