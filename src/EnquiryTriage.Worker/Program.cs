using EnquiryTriage.Worker.Commands;

return await RootVerb.RunAsync(args);
