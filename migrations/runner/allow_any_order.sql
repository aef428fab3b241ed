-- Lets the functions of a transaction name each other in any order: what a body reads is proven afterwards.
SET LOCAL check_function_bodies = off
