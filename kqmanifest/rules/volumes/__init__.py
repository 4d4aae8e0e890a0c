"""The volumes of a pod, and where its containers mount them."""
