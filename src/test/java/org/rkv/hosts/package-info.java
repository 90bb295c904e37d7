/** Replicas on hosts of their own, as far as one machine can have them, reached by ssh. */
package org.rkv.hosts;
