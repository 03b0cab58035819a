-- Whether the plan is approved, where anybody is asked to: none where nobody is. Written anew for everybody by the code that knows it.
ALTER TABLE plan ADD COLUMN plan_approved boolean;
