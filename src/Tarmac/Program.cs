// The table of contents of the server: which role this process plays.
return args switch
{
    ["gateway", ..] => await Tarmac.Gateway.GatewayHost.Run(args),
    ["rebuild", .. var rest] => await Tarmac.PlatformHost.Rebuild(rest),
    ["platform", .. var rest] => await Tarmac.PlatformHost.Run(rest),
    _ => await Tarmac.PlatformHost.Run(args),
};
