/** Who the other replicas are: the list, the way to each, and who may call as one of them. */
package org.rkv.replica.peer;
