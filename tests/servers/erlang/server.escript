%% Erlang's ssl behind a few lines of HTTP: one listener for each argument PORT|VERSION|DEMAND|CHAIN|KEY|TRUST.
main(Sites) ->
    {ok, _} = application:ensure_all_started(ssl),
    logger:set_primary_config(level, none),
    [spawn_link(fun() -> listen(string:split(Site, "|", all)) end) || Site <- Sites],
    receive stop -> ok end.

listen([Port, Version, Demand, Chain, Key, Trust]) ->
    {ok, Socket} = ssl:listen(list_to_integer(Port), [
        {ip, {127, 0, 0, 1}}, {reuseaddr, true}, {active, false}, {mode, binary},
        {certfile, Chain}, {keyfile, Key}, {versions, [list_to_atom(Version)]}
        | asks(Demand, Trust)
    ]),
    accept(Socket).

asks("Nothing", _) -> [];
asks(_, Trust) -> [{verify, verify_peer}, {fail_if_no_peer_cert, true}, {cacertfile, Trust}].

accept(Listening) ->
    {ok, Socket} = ssl:transport_accept(Listening),
    Pid = spawn(fun() -> receive go -> serve(Socket) end end),
    ssl:controlling_process(Socket, Pid),
    Pid ! go,
    accept(Listening).

serve(Accepted) ->
    case ssl:handshake(Accepted, 10000) of
        {ok, Socket} ->
            case ssl:recv(Socket, 0, 10000) of
                {ok, _} ->
                    ssl:send(Socket, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n");
                _ -> ok
            end,
            ssl:close(Socket);
        _ -> ok
    end.
