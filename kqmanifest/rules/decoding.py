"""Decoding: what only Go's reader refuses, such as whole numbers beyond their bits, bytes that are no base64, times that are none."""
