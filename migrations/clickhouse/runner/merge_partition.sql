-- Merges a partition to one part.
OPTIMIZE TABLE {table:Identifier} PARTITION ID {partition_id:String} FINAL
