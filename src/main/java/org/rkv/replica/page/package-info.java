/**
 * The page that a person looks at to see how a replica and its cluster are, and what that page asks
 * for. It is made of copies, and knows nothing of the replica's thread.
 */
package org.rkv.replica.page;
