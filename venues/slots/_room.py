"""The SQL of what room a bucket has at a moment: `b` is the bucket, %(at)s the moment."""

# Places there are: what was signed for above the capacity counts until its moment, no task needed.
# What a plan opens later is not there yet; the moment of the claim decides, nobody has to press.
WITHHELD = (
    "(SELECT COALESCE(sum(t.places), 0) FROM venues_tranche t WHERE t.bucket_id = b.id "
    "AND (t.opens_at IS NULL OR t.opens_at > %(at)s))"
)
PLACES = (
    f"b.capacity + CASE WHEN b.allowance_until > %(at)s THEN b.allowance ELSE 0 END - {WITHHELD}"
)
ROOM = f"b.taken + b.held < {PLACES}"
OPEN = "b.is_open AND b.bookable_from <= %(at)s AND b.bookable_until > %(at)s"
