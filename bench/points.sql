-- The floor of one spend: the same transfer as one function in the database, called by pgbench.
CREATE OR REPLACE FUNCTION bench_spend(payer bigint, payee bigint, points bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO points_transfer (key, debit_id, credit_id, amount, code, event, request_hash, door, at)
        VALUES (gen_random_uuid(), payer, payee, points, 'spend', 'bench', repeat('0', 64), 'chat', now())
        ON CONFLICT DO NOTHING RETURNING id INTO made;
    PERFORM id FROM points_account WHERE id IN (payer, payee) ORDER BY id FOR NO KEY UPDATE;
    UPDATE points_account SET posted = posted - points WHERE id = payer AND posted - held >= points;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not enough';
    END IF;
    UPDATE points_account SET posted = posted + points WHERE id = payee;
    RETURN made;
END $$;
